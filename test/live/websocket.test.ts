/**
 * The WebSocket protocol (RFC 6455), by the cases of the Autobahn test suite, whose numbers the titles carry. The
 * socket is relay's, which echoes content, so it can be compared.
 */
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { startTestServer, type TestServer } from '../support/harness.ts';
import { relayToken } from '../support/people.ts';
import { openRaw, openRawSocket, type RawClient, upgradeHead } from '../support/raw.ts';
import { closeFrame, frame, OPCODE, serverFrames } from '../support/ws-frames.ts';

const { continuation, text, binary, close, ping, pong } = OPCODE;
const FRAME_LIMIT = 128 * 1024;
const NOT_TEXT = '!text must be a text frame';
const BLANK = '!text must not be blank';
const BROKEN = '!text must not contain control characters';

/** Bytes to send, one write each, and the exact frames to receive. */
type Case = {
  send: Buffer | Buffer[];
  /** Texts delivered to the lobby, or reasons for refusals after an exclamation mark. */
  texts?: string[];
  pongs?: (string | Buffer)[];
  /** The code of the server's close frame; null: it has none. Default: the socket stays open. */
  closes?: number | null;
  reason?: string | Buffer;
};

type Seen = Required<Omit<Case, 'send' | 'closes' | 'reason'>> & { closes: (number | null)[]; reason: string };

async function run(t: TestContext, name: string, one: Case, { server, path }: { server: TestServer; path: string }) {
  const raw = await openRawSocket(t, server, path);
  raw.socket.setNoDelay(true);
  const start = raw.received.indexOf('\r\n\r\n') + 4;
  for (const bytes of [one.send].flat()) await new Promise((written) => raw.socket.write(bytes, written));
  const expected = {
    texts: one.texts ?? [],
    pongs: (one.pongs ?? []).map((data) => Buffer.from(data).toString('hex')),
  };
  const stays = one.closes === undefined;
  await raw.until(`the answers of ${name}`, () => {
    const seen = seenBy(raw, start);
    const all = seen.texts.length >= expected.texts.length && seen.pongs.length >= expected.pongs.length;
    return raw.gone || (stays ? all : seen.closes.length > 0);
  });
  if (stays) raw.write(closeFrame(1000));
  await raw.untilGone();
  const { reason, ...seen } = seenBy(raw, start);
  assert.deepEqual(seen, { ...expected, closes: [stays ? 1000 : one.closes] }, name);
  if (one.reason !== undefined) assert.equal(reason, Buffer.from(one.reason).toString('hex'), name);
  raw.socket.destroy();
}

function seenBy(raw: RawClient, start: number): Seen {
  const frames = serverFrames(raw.received.subarray(start));
  const of = (opcode: number) => frames.filter((one) => one.opcode === opcode).map(({ payload }) => payload);
  const closed = of(close);
  return {
    texts: of(text).map((payload) => said(payload.toString())),
    pongs: of(pong).map((payload) => payload.toString('hex')),
    closes: closed.map((payload) => (payload.length === 0 ? null : payload.readUInt16BE(0))),
    reason: closed[0]?.subarray(2).toString('hex') ?? '',
  };
}

function said(json: string): string {
  const { body, error } = JSON.parse(json) as { body?: string; error?: string };
  return error === undefined ? (body ?? '') : `!${error}`;
}

/** The same bytes in pieces. */
function chopped(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

const begin = (part: string | Buffer) => frame(text, part, { fin: false });
const go = (part: string | Buffer) => frame(continuation, part, { fin: false });
const end = (part: string | Buffer) => frame(continuation, part);

/** Unusual but valid UTF-8. */
const RIGHT: Record<string, string> = {
  '6.2.1': 'Hello-µ@ßöäüàá-UTF-8!!',
  '6.5': 'κόσμε',
  '6.6 the last of two bytes': '\u07ff',
  '6.6 the first of three bytes': '\u0800',
  '6.9 the last of three bytes': '\uffff',
  '6.9 the first of four bytes': '\u{10000}',
  '6.9 the last of all': '\u{10ffff}',
  '6.11 before the surrogates': '\ud7ff',
  '6.11 behind the surrogates': '\ue000',
  '6.11 the replacement': '\ufffd',
  '6.22 no character': '\ufffe',
  '6.22 no character either': '\ufdd0',
  '6.22 no character of the last plane': '\u{10fffe}',
  '6.23 specials': '\ufff9\ufffa\ufffb\ufffc',
  'a mark of the order of bytes': '\ufeffx',
};

/** Invalid UTF-8. */
const WRONG: Record<string, number[]> = {
  '6.3 in the midst of a text': [0xce, 0xba, 0xe1, 0xbd, 0xb9, 0xed, 0xa0, 0x80, 0x65],
  '6.8 five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
  '6.8 six bytes': [0xfc, 0x84, 0x80, 0x80, 0x80, 0x80],
  '6.10 beyond the last': [0xf4, 0x90, 0x80, 0x80],
  '6.12 a continuation alone': [0x80],
  '6.12 another continuation alone': [0xbf],
  '6.12 continuations': [0x80, 0xbf, 0x80],
  '6.13 two bytes begun': [0xc0, 0x20, 0xdf, 0x20],
  '6.13 three bytes begun': [0xe0, 0x20, 0xef, 0x20],
  '6.13 four bytes begun': [0xf0, 0x20],
  '6.14 two bytes without the last': [0xdf],
  '6.14 three bytes without the last': [0xe0, 0xa0],
  '6.14 four bytes without the last': [0xf0, 0x90, 0x80],
  '6.15 several without their last': [0xdf, 0xef, 0xbf, 0xf7, 0xbf, 0xbf],
  '6.16 FE': [0xfe],
  '6.16 FF': [0xff],
  '6.17 too long for /': [0xc0, 0xaf],
  '6.17 too long for / in three': [0xe0, 0x80, 0xaf],
  '6.17 too long for / in four': [0xf0, 0x80, 0x80, 0xaf],
  '6.18 too long, the last of them': [0xc1, 0xbf],
  '6.18 too long, the last of three': [0xe0, 0x9f, 0xbf],
  '6.19 too long for NUL': [0xc0, 0x80],
  '6.20 the first surrogate': [0xed, 0xa0, 0x80],
  '6.20 the last surrogate': [0xed, 0xbf, 0xbf],
  '6.21 a pair of surrogates': [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
};

/**
 * Autobahn expects a close at the first invalid byte, and reports otherwise as "non-strict", not as a failure. ws
 * validates at the end of the message, and buffers no more than our frame limit until then.
 */

test('RFC 6455', async (t) => {
  const server = await startTestServer(t, { RELAY_HISTORY: '0', SOCKET_RATE: '100000', MESSAGE_LENGTH: '100000' });
  const path = `/connect?token=${await relayToken(server, 'ann')}`;
  /** Each on its own socket. */
  const cases = async (each: TestContext, all: Record<string, Case>) => {
    for (const [name, one] of Object.entries(all)) await run(each, name, one, { server, path });
  };

  await t.test('1.1 texts of any length are echoed unchanged, however they are split into packets', async (t) => {
    const all: Record<string, Case> = { '1.1.1: empty': { send: frame(text), texts: [BLANK] } };
    for (const length of [1, 125, 126, 127, 128, 65_535, 65_536]) {
      const said = '*'.repeat(length);
      all[`1.1.2-7: ${length}`] = { send: frame(text, said), texts: [said] };
      all[`1.1.8: ${length}, chopped`] = { send: chopped(frame(text, said), Math.max(1, length / 60)), texts: [said] };
    }
    // Autobahn does not test longer forms of a length; ws accepts them, and their meaning is clear.
    for (const lengthBits of [16, 64] as const)
      all[`a length in ${lengthBits} bits for want of 7`] = {
        send: frame(text, 'five!', { lengthBits }),
        texts: ['five!'],
      };
    await cases(t, all);
  });

  await t.test(
    "1.2 binary frames of any length are refused in the dialect's words, and the socket stays open",
    async (t) => {
      const lengths = [0, 125, 126, 127, 128, 65_535, 65_536];
      const all = lengths.map((length): [string, Case] => [
        `1.2: ${length}`,
        { send: [frame(binary, Buffer.alloc(length, 0xfe)), frame(text, 'on')], texts: [NOT_TEXT, 'on'] },
      ]);
      await cases(t, Object.fromEntries(all));
    },
  );

  await t.test('2 pings are answered with their payload, and unsolicited pongs are ignored', async (t) => {
    const full = Buffer.alloc(125, 0xfe);
    const many = Array.from({ length: 10 }, (_, index) => `ping ${index}`);
    await cases(t, {
      '2.1 empty': { send: frame(ping), pongs: [''] },
      '2.2 with a text': { send: frame(ping, 'Hello, world!'), pongs: ['Hello, world!'] },
      '2.3 with bytes': {
        send: frame(ping, Buffer.of(0, 0xff, 0xfe, 0xfd, 0)),
        pongs: [Buffer.of(0, 0xff, 0xfe, 0xfd, 0)],
      },
      '2.4 full': { send: frame(ping, full), pongs: [full] },
      '2.5 too long': { send: frame(ping, Buffer.alloc(126, 0xfe)), closes: 1002 },
      '2.6 in single bytes': { send: chopped(frame(ping, full), 1), pongs: [full] },
      '2.7 unsolicited pong, empty': { send: [frame(pong), frame(text, 'on')], texts: ['on'] },
      '2.8 unsolicited pong': { send: [frame(pong, 'unsolicited'), frame(text, 'on')], texts: ['on'] },
      '2.9 unsolicited pong, then a ping': { send: [frame(pong, 'unsolicited'), frame(ping, 'ping')], pongs: ['ping'] },
      '2.10 ten': { send: many.map((data) => frame(ping, data)), pongs: many },
      '2.11 ten in single bytes': { send: many.flatMap((data) => chopped(frame(ping, data), 1)), pongs: many },
      'a pong too long': { send: frame(pong, Buffer.alloc(126)), closes: 1002 },
    });
  });

  await t.test('3 reserved bits close the socket with 1002, in frames of any kind', async (t) => {
    const all: Record<string, Case> = {};
    for (let rsv = 1; rsv < 8; rsv += 1) {
      all[`3.1-4: text, ${rsv}`] = { send: frame(text, 'x', { rsv }), closes: 1002 };
      all[`3.5: binary, ${rsv}`] = { send: frame(binary, 'x', { rsv }), closes: 1002 };
      all[`3.6: ping, ${rsv}`] = { send: frame(ping, 'x', { rsv }), closes: 1002 };
      all[`3.7: close, ${rsv}`] = { send: frame(close, '', { rsv }), closes: 1002 };
      all[`continuation, ${rsv}`] = {
        send: [frame(text, 'x', { fin: false }), frame(continuation, 'y', { rsv })],
        closes: 1002,
      };
    }
    await cases(t, all);
  });

  await t.test('4 reserved opcodes close the socket with 1002', async (t) => {
    const all: Record<string, Case> = {};
    for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15]) {
      all[`4.x: ${opcode}`] = { send: frame(opcode), closes: 1002 };
      all[`4.x: ${opcode} with bytes`] = { send: frame(opcode, 'reserved'), closes: 1002 };
      all[`4.x: ${opcode} after a ping`] = { send: [frame(ping, 'p'), frame(opcode)], pongs: ['p'], closes: 1002 };
    }
    await cases(t, all);
  });

  await t.test('5 a fragmented text is one text, whatever control frames interrupt it', async (t) => {
    const all = [begin('fragment1'), end('fragment2')];
    const whole = ['fragment1fragment2'];
    await cases(t, {
      '5.1 ping in parts': { send: [frame(ping, 'a', { fin: false }), end('b')], closes: 1002 },
      '5.2 pong in parts': { send: [frame(pong, 'a', { fin: false }), end('b')], closes: 1002 },
      'close in parts': { send: frame(close, '', { fin: false }), closes: 1002 },
      '5.3 two parts': { send: all, texts: whole },
      '5.4 two parts in one write': { send: Buffer.concat(all), texts: whole },
      '5.5 two parts in single bytes': { send: chopped(Buffer.concat(all), 1), texts: whole },
      '5.6-8 a ping in between': { send: [begin('a'), frame(ping, 'ping'), end('b')], texts: ['ab'], pongs: ['ping'] },
      'a pong in between': { send: [begin('a'), frame(pong, 'pong'), end('b')], texts: ['ab'] },
      'a close in between': { send: [begin('a'), closeFrame(1000), end('b')], closes: 1000 },
      '5.9-11 an end of nothing': { send: end('x'), closes: 1002 },
      '5.12-14 a part of nothing': { send: [go('x'), end('y')], closes: 1002 },
      '5.16 a part of nothing, and texts': { send: [go('x'), begin('y'), end('z')], closes: 1002 },
      '5.18 a text in a text': { send: [begin('a'), frame(text, 'b')], closes: 1002 },
      'a binary frame in a text': { send: [begin('a'), frame(binary, 'b')], closes: 1002 },
      '5.19-20 many parts, pings in between': {
        send: [begin('1'), go('2'), frame(ping, 'p1'), go('3'), go('4'), frame(ping, 'p2'), end('5')],
        texts: ['12345'],
        pongs: ['p1', 'p2'],
      },
      'empty parts': { send: [begin(''), go(''), go('x'), end('')], texts: ['x'] },
      'a binary message in parts': { send: [frame(binary, 'a', { fin: false }), end('b')], texts: [NOT_TEXT] },
      'a text that never ends': { send: [begin('a'), go('b'), frame(ping, 'p')], pongs: ['p'] },
    });
  });

  await t.test('6 valid UTF-8 is echoed byte for byte, even if split within a character', async (t) => {
    const all: Record<string, Case> = {
      '6.1 empty parts': { send: [begin(''), end('')], texts: [BLANK] },
      // PostgreSQL cannot store NUL: the frame is valid, the message is refused.
      '6.7 NUL': { send: frame(text, 'a\0b'), texts: [BROKEN] },
    };
    for (const [name, said] of Object.entries(RIGHT)) {
      const bytes = Buffer.from(said);
      all[name] = { send: frame(text, said), texts: [said] };
      const parts = chopped(bytes, 1);
      const [first, last] = [parts[0] as Buffer, bytes.subarray(1)];
      all[`${name}, in two parts`] = { send: [begin(first), end(last)], texts: [said] };
      all[`${name}, in single bytes`] = { send: [begin(''), ...parts.map(go), end('')], texts: [said] };
    }
    await cases(t, all);
  });

  await t.test('6 invalid UTF-8 closes the socket with 1007, even if split within a character', async (t) => {
    const all: Record<string, Case> = {};
    for (const [name, bytes] of Object.entries(WRONG)) {
      all[name] = { send: frame(text, Buffer.from(bytes)), closes: 1007 };
      // Long texts are validated by another routine.
      const long = Buffer.concat([Buffer.alloc(100, 0x61), Buffer.from(bytes)]);
      all[`${name}, long`] = { send: frame(text, long), closes: 1007 };
      all[`${name}, in single bytes`] = {
        send: [begin(''), ...bytes.map((byte) => go(Buffer.of(byte))), end('')],
        closes: 1007,
      };
    }
    await cases(t, all);
  });

  await t.test(
    '6.4 a fragmented text is validated when it is complete: invalid bytes close the socket then, not before',
    async (t) => {
      const wrong = Buffer.from([0xce, 0xba, 0xf4, 0x90, 0x80, 0x80]);
      await cases(t, {
        '6.4.1 the first part is wrong': { send: [begin(wrong), frame(ping, 'here')], pongs: ['here'] },
        '6.4.2 then comes the end': {
          send: [begin(wrong), frame(ping, 'here'), end('x')],
          pongs: ['here'],
          closes: 1007,
        },
        '6.4.3 wrong at the start of a frame that comes slowly': { send: chopped(frame(text, wrong), 3), closes: 1007 },
      });
    },
  );

  await t.test('7 a close is answered with the same code, and later frames are ignored', async (t) => {
    const bye = closeFrame(1000, 'bye');
    const all: Record<string, Case> = {
      '7.1.1 a text before': { send: frame(text, 'x'), texts: ['x'] },
      '7.1.2 two': { send: Buffer.concat([bye, bye]), closes: 1000 },
      '7.1.3 a ping after': { send: Buffer.concat([bye, frame(ping, 'x')]), closes: 1000 },
      '7.1.4 a text after': { send: Buffer.concat([bye, frame(text, 'x')]), closes: 1000 },
      '7.1.5 in the midst of a text': { send: Buffer.concat([begin('x'), bye, end('y')]), closes: 1000 },
      '7.1.6 garbage after': { send: Buffer.concat([bye, Buffer.alloc(1_000, 0xff)]), closes: 1000 },
      '7.3.1 without a code': { send: frame(close), closes: null },
      '7.3.2 half a code': { send: frame(close, 'x'), closes: 1002 },
      '7.3.3 a code': { send: closeFrame(1000), closes: 1000, reason: '' },
      '7.3.4 a reason': { send: bye, closes: 1000, reason: 'bye' },
      '7.3.5 the longest reason': { send: closeFrame(1000, 'x'.repeat(123)), closes: 1000, reason: 'x'.repeat(123) },
      '7.3.6 a reason too long': { send: closeFrame(1000, 'x'.repeat(124)), closes: 1002 },
      '7.5.1 a reason that is no UTF-8': {
        send: closeFrame(1000, Buffer.of(0xce, 0xba, 0xed, 0xa0, 0x80)),
        closes: 1007,
      },
    };
    // 1012 to 1014 were registered after Autobahn's list was made.
    for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
      all[`7.7 ${code}`] = { send: closeFrame(code, 'why'), closes: code, reason: 'why' };
    for (const code of [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535])
      all[`7.9, 7.13 ${code}`] = { send: closeFrame(code), closes: 1002 };
    await cases(t, all);
  });

  await t.test(
    '9 messages up to the limit are accepted, in one frame or many, and larger ones close the socket with 1009',
    async (t) => {
      const most = 'x'.repeat(100_000);
      const limit = Buffer.alloc(FRAME_LIMIT, 0x78);
      const beyond = Buffer.alloc(FRAME_LIMIT + 1, 0x78);
      const long = '!text must have at most 100000 characters';
      const inParts = (bytes: Buffer, size: number) =>
        Buffer.concat([begin(''), ...chopped(bytes, size).map(go), end('')]);
      const head = frame(text, '', { lengthBits: 64 });
      const announcing = (length: bigint) => {
        const bytes = Buffer.from(head);
        bytes.writeBigUInt64BE(length, 2);
        return bytes;
      };
      await cases(t, {
        '9.1 the longest text': { send: frame(text, most), texts: [most] },
        '9.1 a full frame': { send: frame(text, limit), texts: [long] },
        '9.2 a full binary frame': { send: frame(binary, limit), texts: [NOT_TEXT] },
        '9.3 in parts of 64 bytes': { send: inParts(Buffer.from(most), 64), texts: [most] },
        '9.3 in parts of 4 kB': { send: inParts(Buffer.from(most), 4_096), texts: [most] },
        '9.5 chopped': { send: chopped(frame(text, most), 2_048), texts: [most] },
        '9.7 a thousand short ones': {
          send: Buffer.concat(Array.from({ length: 1_000 }, (_, index) => frame(text, `${index}`))),
          texts: Array.from({ length: 1_000 }, (_, index) => `${index}`),
        },
        'one byte more': { send: frame(text, beyond), closes: 1009 },
        'one byte more, in parts': { send: inParts(beyond, 4_096), closes: 1009 },
        'one byte more, announced only': { send: announcing(BigInt(FRAME_LIMIT + 1)), closes: 1009 },
        '2^53 bytes announced': { send: announcing(2n ** 53n), closes: 1009 },
        // RFC 6455 requires this bit to be 0; ws answers as to any oversized length, without reading on.
        '64 bits of length with the top bit set': { send: announcing(2n ** 63n), closes: 1009 },
      });
    },
  );

  await t.test(
    '12, 13 the server declines the offer of compression, and compressed frames close the socket with 1002',
    async (t) => {
      const offers = ['permessage-deflate', 'permessage-deflate; client_max_window_bits=9, x', ';;;'];
      for (const offer of offers) {
        const raw = await openRaw(t, server);
        raw.write(upgradeHead('/connect', { 'sec-websocket-extensions': offer }));
        assert.equal(await raw.status(), 101);
        assert.doesNotMatch(raw.text, /extensions/i);
        raw.write(frame(text, Buffer.from([0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00]), { rsv: 4 }));
        await raw.untilGone();
        assert.equal((await raw.frames()).code, 1002);
      }
    },
  );

  await t.test('RFC 6455 section 5.1: an unmasked frame closes the socket with 1002', async (t) => {
    const bare = { masked: false };
    await cases(t, {
      text: { send: frame(text, 'x', bare), closes: 1002 },
      ping: { send: frame(ping, 'x', bare), closes: 1002 },
      close: { send: frame(close, '', bare), closes: 1002 },
      'a mask of zeros': { send: Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x78]), texts: ['x'] },
    });
  });
});

test('5.15 a continuation after a complete text closes with 1002, and the text is delivered', async (t) => {
  const server = await startTestServer(t, { RELAY_HISTORY: '10' });
  const path = `/connect?token=${await relayToken(server, 'ann')}`;
  const raw = await openRawSocket(t, server, path);
  raw.write(Buffer.concat([begin('a'), end('b'), end('c')]));
  await raw.untilGone();
  assert.equal((await raw.frames()).code, 1002);
  const again = await openRawSocket(t, server, path);
  await again.until('what was said', ({ text }) => text.includes('"body":"ab"'));
});
