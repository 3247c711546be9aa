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
  /** The header of a frame that has arrived in part. */
  readonly #head = Buffer.alloc(LONGEST_HEADER);
  #have = 0;
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
      if (this.#have === 0) {
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

  #readHead(chunk: Buffer, from: number): number {
    let at = from;
    while (at < chunk.length && this.#have < this.#headLength()) {
      this.#head[this.#have] = chunk[at] as number;
      this.#have += 1;
      at += 1;
    }
    if (this.#have === this.#headLength()) {
      this.#payload = this.#payloadLength();
      this.#have = 0;
    }
    return at;
  }

  #headLength(): number {
    if (this.#have < 2) return 2;
    const second = this.#head[1] as number;
    const mask = second >= 0x80 ? MASK_BYTES : 0;
    return 2 + this.#extended() + mask;
  }

  /** Bytes of the extended payload length. */
  #extended(): 0 | 2 | 8 {
    const length = (this.#head[1] as number) & 0x7f;
    if (length < 126) return 0;
    return length === 126 ? 2 : 8;
  }

  #payloadLength(): number {
    switch (this.#extended()) {
      case 0:
        return (this.#head[1] as number) & 0x7f;
      case 2:
        return this.#head.readUInt16BE(2);
      case 8:
        return Number(this.#head.readBigUInt64BE(2));
    }
  }
}
