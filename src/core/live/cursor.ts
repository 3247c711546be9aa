/** Positions in streams as a text that only the server reads: the epoch, then pairs of a stream's id and a seq. */
import { AppError } from '../../errors.ts';
import { MAX_FOLLOWED } from './streams.ts';

/** Characters; the longest one has fewer. */
const MAX_LENGTH = 16_384;
const EPOCH_BYTES = 16;
/** Bytes of the largest safe integer, seven bits each. */
const NUMBER_BYTES = 8;
const MAX_ID = 2 ** 31 - 1;

/** `epoch`: a UUID. `positions`: by stream id. */
export type Cursor = { readonly epoch: string; readonly positions: Map<number, number> };

export function writeCursor({ epoch, positions }: Cursor): string {
  const bytes = Buffer.allocUnsafe(EPOCH_BYTES + positions.size * 2 * NUMBER_BYTES);
  let end = bytes.write(epoch.replaceAll('-', ''), 'hex');
  for (const [id, seq] of positions) end = writeNumber(bytes, writeNumber(bytes, end, id), seq);
  return bytes.toString('base64url', 0, end);
}

/** @throws AppError `invalid`: it is not from here */
export function readCursor(text: string): Cursor {
  const bytes = text.length > MAX_LENGTH ? null : Buffer.from(text, 'base64url');
  const numbers = bytes && bytes.length >= EPOCH_BYTES ? numbersIn(bytes.subarray(EPOCH_BYTES)) : null;
  if (bytes === null || numbers === null) throw notFromHere();
  const hex = bytes.toString('hex', 0, EPOCH_BYTES);
  const epoch = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  const positions = new Map<number, number>();
  for (let index = 0; index < numbers.length; index += 2)
    positions.set(numbers[index] as number, numbers[index + 1] as number);
  return { epoch, positions };
}

function notFromHere(): AppError {
  return new AppError('invalid', {
    issues: [{ in: 'query', field: 'cursor', reason: 'format', message: 'cursor is none of this server' }],
  });
}

/** Seven bits a byte, the lowest first; the last byte has no high bit. @returns the position behind it */
function writeNumber(bytes: Buffer, at: number, value: number): number {
  let rest = value;
  let end = at;
  for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) end = bytes.writeUInt8((rest % 0x80) | 0x80, end);
  return bytes.writeUInt8(rest, end);
}

/** Null: not pairs of an id and a seq. */
function numbersIn(bytes: Buffer): number[] | null {
  const numbers: number[] = [];
  let value = 0;
  let unit = 1;
  for (const byte of bytes) {
    value += (byte & 0x7f) * unit;
    unit *= 0x80;
    if (value > Number.MAX_SAFE_INTEGER) return null;
    if (byte > 0x7f) continue;
    numbers.push(value);
    value = 0;
    unit = 1;
  }
  const isWhole = unit === 1 && numbers.length % 2 === 0 && numbers.length <= 2 * MAX_FOLLOWED;
  return isWhole && numbers.every((number, index) => index % 2 === 1 || number <= MAX_ID) ? numbers : null;
}
