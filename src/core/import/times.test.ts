import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importedTime } from './times.ts';

const moment = (text: string) => new Date(importedTime(text)).toISOString();

test('a time may be written with a zone, a fraction, or as a day', () => {
  for (const [text, meant] of [
    ['2026-01-31', '2026-01-31T00:00:00.000Z'],
    ['2026-01-31 10:20', '2026-01-31T10:20:00.000Z'],
    ['2026-01-31t10:20:30z', '2026-01-31T10:20:30.000Z'],
    ['2026-01-31T10:20:30.5Z', '2026-01-31T10:20:30.500Z'],
    ['2026-01-31T10:20:30,123999999Z', '2026-01-31T10:20:30.123Z'],
    ['2026-01-31T10:20:30+02', '2026-01-31T08:20:30.000Z'],
    ['2026-01-31T10:20:30-0230', '2026-01-31T12:50:30.000Z'],
    ['2026-12-31T23:59:59-15:59', '2027-01-01T15:58:59.000Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z'],
    ['0099-01-01', '0099-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
  ] as const)
    assert.equal(moment(text), meant, text);
});

test('a time that is none is refused: no such day, hour, minute, second or zone', () => {
  for (const text of [
    ...['2026-13-01', '2026-00-01', '2026-02-29', '2026-04-31', '2026-01-00', '2026-01-32'],
    ...['24:00:00Z', '23:60:00Z', '23:59:60Z', '10:00:00+16:00', '10:00:00+15:60'].map((time) => `2026-01-31T${time}`),
  ])
    assert.throws(() => importedTime(text), /there is no such day or hour/, text);
});

test('a time in another format is refused, and so is a year that the database or RFC 3339 cannot write', () => {
  for (const text of [
    '',
    'x2026-01-31',
    '2026-01-31x',
    '2026-1-31',
    '2026-01-31T10',
    '2026-01-31T10:00:00.Z',
    '20260131',
  ])
    assert.throws(() => importedTime(text), /is not a time such as/, text);
  assert.doesNotThrow(() => importedTime('-004712-01-01'));
  for (const text of ['-004713-01-01', '+010000-01-01'])
    assert.throws(() => importedTime(text), /not in the years/, text);
});
