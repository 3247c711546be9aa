/** Sounds as files. */

/** Silence of so many seconds, as WAV of 8 kHz and 8 bits. */
export function wav(seconds: number): Buffer {
  const rate = 8_000;
  const head = Buffer.from('RIFF____WAVEfmt \x10\0\0\0\x01\0\x01\0________\x01\0\x08\0data____', 'latin1');
  head.writeUInt32LE(36 + seconds * rate, 4);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt32LE(seconds * rate, 40);
  return Buffer.concat([head, Buffer.alloc(seconds * rate, 0x80)]);
}
