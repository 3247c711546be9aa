/** WebSocket frames as the server sends them (RFC 6455, section 5.2): unfragmented, unmasked, uncompressed text. */

/** Turns a text into the bytes of one frame. */
export type Framing = (text: string) => Buffer;

const FIN_TEXT = 0x81;

/** One buffer with header and payload. */
export function frameText(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = FIN_TEXT;
  if (header === 2) {
    frame[1] = length;
  } else if (header === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.write(text, header, 'utf8');
  return frame;
}
