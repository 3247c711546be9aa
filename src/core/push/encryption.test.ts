import assert from 'node:assert/strict';
import { createECDH, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { CURVE, encrypt, isPoint, MAX_PAYLOAD } from './encryption.ts';

const bytes = (text: string) => Buffer.from(text, 'base64url');

test('the example of RFC 8291', () => {
  const body = encrypt(
    Buffer.from('When I grow up, I want to be a watermelon'),
    {
      p256dh: bytes('BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4'),
      auth: bytes('BTBZMqHH6r4Tts7J_aSIgg'),
    },
    { salt: bytes('DGv6ra1nlYgDCS1FRnbzlw'), privateKey: bytes('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw') },
  );
  assert.equal(
    body.toString('base64url'),
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQ' +
      'pu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

test('the longest payload fits what push services take', () => {
  const browser = createECDH(CURVE);
  const keys = { p256dh: browser.generateKeys(), auth: randomBytes(16) };
  assert.equal(encrypt(Buffer.alloc(MAX_PAYLOAD), keys).length, 4_096);
});

test('only points of the curve are keys', () => {
  assert.ok(isPoint(createECDH(CURVE).generateKeys()));
  for (const wrong of [Buffer.alloc(65, 4), Buffer.alloc(65), randomBytes(64)]) assert.equal(isPoint(wrong), false);
});
