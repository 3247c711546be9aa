/** Hand-written WebSocket frames: valid or invalid ones of a client, and a parser for those of a server. */

export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export type FrameOptions = {
  fin?: boolean;
  /** The three reserved bits: 4 is RSV1, 2 RSV2, 1 RSV3. */
  rsv?: number;
  masked?: boolean;
  /** Encoding of the length: 7, 16 or 64 bits. Default: the shortest. */
  lengthBits?: 7 | 16 | 64;
};

export function frame(opcode: number, payload: string | Buffer = '', options: FrameOptions = {}): Buffer {
  const { fin = true, rsv = 0, masked = true } = options;
  const data = Buffer.from(payload);
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode;
  const length = lengthOf(data.length, options.lengthBits ?? shortest(data.length));
  if (!masked) return Buffer.concat([Buffer.of(first), length, data]);
  length[0] = (length[0] as number) | 0x80;
  const mask = Buffer.of(0x12, 0x34, 0x56, 0x78);
  for (const [index, byte] of data.entries()) data[index] = byte ^ (mask[index % 4] as number);
  return Buffer.concat([Buffer.of(first), length, mask, data]);
}

function shortest(length: number): 7 | 16 | 64 {
  if (length < 126) return 7;
  return length < 65_536 ? 16 : 64;
}

function lengthOf(length: number, bits: 7 | 16 | 64): Buffer {
  if (bits === 7) return Buffer.of(length);
  const written = Buffer.alloc(bits === 16 ? 3 : 9);
  if (bits === 16) written.writeUInt16BE(length, 1);
  else written.writeBigUInt64BE(BigInt(length), 1);
  written[0] = bits === 16 ? 126 : 127;
  return written;
}

/** A close frame with a code and the bytes of a reason. */
export function closeFrame(code: number, reason: string | Buffer = ''): Buffer {
  const head = Buffer.alloc(2);
  head.writeUInt16BE(code);
  return frame(OPCODE.close, Buffer.concat([head, Buffer.from(reason)]));
}

export type ServerFrame = { opcode: number; payload: Buffer };

/** The complete frames at the start of received bytes; throws on a frame that a server must not send. */
export function serverFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = [];
  for (let at = 0; bytes.length - at >= 2; ) {
    const [first, second] = [bytes[at] as number, bytes[at + 1] as number];
    if ((first & 0xf0) !== 0x80 || second >= 0x80)
      throw new Error(`a server sent ${bytes.toString('hex', at, at + 8)}`);
    const extra = { 126: 2, 127: 8 }[second] ?? 0;
    if (bytes.length < at + 2 + extra) break;
    const length = extra === 0 ? second : bytes.readUIntBE(at + (extra === 8 ? 4 : 2), extra === 8 ? 6 : 2);
    const start = at + 2 + extra;
    if (bytes.length < start + length) break;
    frames.push({ opcode: first & 0x0f, payload: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return frames;
}
