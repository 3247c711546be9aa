import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuiet, isTimeZone } from './quiet-hours.ts';

const at = (time: string) => new Date(`2026-07-01T${time}:00Z`);

test('quiet hours are by the clock of their zone, and may pass midnight', () => {
  const night = { from: '22:00', to: '07:30', timeZone: 'Europe/Berlin' };
  for (const time of ['20:00', '23:59', '00:00', '05:29']) assert.ok(isQuiet(night, at(time)), time);
  for (const time of ['19:59', '05:30', '12:00']) assert.equal(isQuiet(night, at(time)), false, time);
  const lesson = { from: '09:00', to: '10:00', timeZone: 'UTC' };
  assert.deepEqual(
    ['08:59', '09:00', '09:59', '10:00'].map((time) => isQuiet(lesson, at(time))),
    [false, true, true, false],
  );
});

test('a zone that is none has no quiet hours', () => {
  assert.ok(isTimeZone('Asia/Kathmandu'));
  assert.equal(isTimeZone('Mars/Olympus'), false);
  assert.equal(isQuiet({ from: '00:00', to: '23:59', timeZone: 'Mars/Olympus' }, at('12:00')), false);
});
