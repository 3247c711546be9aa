/** Scans a client's bytes before ws reads them: counts the frames, classifies them and finds where each begins. */

export type Scan = {
  /** Frames for which ws emits no message: control frames and fragments. */
  readonly quiet: number;
  /** Offset of the first frame above the limit; the length of the chunk if there is none. */
  readonly end: number;
  /** Whether the chunk has a close frame. */
  readonly closes: boolean;
};

const MASK_BYTES = 4;
const CLOSE_FRAME = 8;
const LONGEST_HEADER = 14;

export class FrameScanner {
  /** The header of a frame of which only a part has arrived; nearly all arrive whole. */
  #part: Buffer | null = null;
  /** Bytes of the current payload that have not arrived yet. */
  #payload = 0;

  /** `limit`: how many frames may begin in this chunk. */
  scan(chunk: Buffer, limit: number): Scan {
    let quiet = 0;
    let frames = 0;
    let closes = false;
    let end = chunk.length;
    for (let at = 0; at < chunk.length; ) {
      if (this.#payload > 0) {
        const taken = Math.min(this.#payload, chunk.length - at);
        this.#payload -= taken;
        at += taken;
        continue;
      }
      if (this.#part === null) {
        const opcode = (chunk[at] as number) & 0x0f;
        if (frames === limit) end = Math.min(end, at);
        frames += 1;
        if (opcode === CLOSE_FRAME) closes = true;
        if (opcode === 0 || opcode >= CLOSE_FRAME) quiet += 1;
      }
      at = this.#readHead(chunk, at);
    }
    return { quiet, end, closes };
  }

  /** @returns the position behind the header, or behind the part of it that is there */
  #readHead(chunk: Buffer, from: number): number {
    const part = this.#part;
    const [bytes, at] = part === null ? [chunk, from] : [Buffer.concat([part, chunk.subarray(0, LONGEST_HEADER)]), 0];
    const length = headLength(bytes, at);
    if (at + length > bytes.length) {
      // A copy: the chunk is gone afterwards.
      this.#part = Buffer.from(bytes.subarray(at));
      return chunk.length;
    }
    this.#part = null;
    this.#payload = payloadLength(bytes, at);
    return from + length - (part?.length ?? 0);
  }
}

/** Bytes of the header at that offset, as far as they can be told; more than there are if it is incomplete. */
function headLength(bytes: Buffer, at: number): number {
  if (bytes.length < at + 2) return 2;
  const mask = (bytes[at + 1] as number) >= 0x80 ? MASK_BYTES : 0;
  return 2 + extended(bytes, at) + mask;
}

/** Bytes of the extended payload length. */
function extended(bytes: Buffer, at: number): 0 | 2 | 8 {
  const length = (bytes[at + 1] as number) & 0x7f;
  if (length < 126) return 0;
  return length === 126 ? 2 : 8;
}

function payloadLength(bytes: Buffer, at: number): number {
  switch (extended(bytes, at)) {
    case 0:
      return (bytes[at + 1] as number) & 0x7f;
    case 2:
      return bytes.readUInt16BE(at + 2);
    case 8:
      return Number(bytes.readBigUInt64BE(at + 2));
  }
}
