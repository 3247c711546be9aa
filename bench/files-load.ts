// The process that uploads and downloads files, ordered by the suite over IPC.
import { createHash, randomBytes } from 'node:crypto';
import { Agent, type IncomingMessage, request } from 'node:http';
import { takeOrders } from './orders.ts';
import { type Latency, latencyOf } from './report.ts';

export type FilesOrder =
  /** Uploads a file in parts, and cuts the connection so many times; then compares what is there with what was sent. */
  | { kind: 'upload'; port: number; token: string; bytes: number; cuts: number }
  /** Downloads parts of the file at random offsets. */
  | { kind: 'download'; port: number; token: string; file: string; size: number; downloads: number; atOnce: number };

export interface FilesReport {
  seconds: number;
  bytes: number;
  latency: Latency;
  /** Of what was uploaded. */
  file: string;
  problems: string[];
}

const PIECE = 8 * 1024 * 1024;
const ATTEMPTS = 10;
/** Bytes of a part that is downloaded. */
const RANGE = 1024 * 1024;

type Upload = Extract<FilesOrder, { kind: 'upload' }>;
type Download = Extract<FilesOrder, { kind: 'download' }>;

/** The n-th piece of the file, which is never in memory as a whole. */
const SEED = randomBytes(PIECE);
function pieceAt(offset: number, size: number): Buffer {
  const piece = Buffer.from(SEED.subarray(0, Math.min(PIECE, size - offset)));
  if (piece.length >= 8) piece.writeDoubleBE(offset);
  return piece;
}

async function upload({ port, token, bytes, cuts }: Upload): Promise<FilesReport> {
  const began = performance.now();
  const auth = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' };
  const made = await ask(port, { method: 'POST', path: '/v1/uploads', headers: { ...auth, 'upload-length': bytes } });
  const path = made.headers.location as string;
  const pieces = Math.ceil(bytes / PIECE);
  const cutAfter = new Set(Array.from({ length: cuts }, (_, n) => Math.floor(((n + 1) * pieces) / (cuts + 1))));
  const times: number[] = [];
  const sent = createHash('sha256');
  for (let piece = 0; piece < pieces; piece += 1) {
    const content = pieceAt(piece * PIECE, bytes);
    sent.update(content);
    if (cutAfter.has(piece)) await cut(port, path, { ...auth, 'upload-offset': piece * PIECE }, content);
    times.push(await sendRest(port, path, { auth, from: piece * PIECE, content }));
  }
  const seconds = (performance.now() - began) / 1_000;
  const file = path.split('/').at(-1) as string;
  const got = createHash('sha256');
  const answer = await ask(port, { path: `/v1/files/${file}/content`, headers: auth }, got);
  const same = answer.statusCode === 200 && got.digest('hex') === sent.digest('hex');
  const problems = same ? [] : [`what is stored (${answer.statusCode}) is not what was sent`];
  return { seconds, bytes, latency: latencyOf(times), file, problems };
}

/**
 * Sends of a piece what the server has not. A request that was cut may still be read when the next one asks, so a 409 asks again.
 * @returns ms
 */
async function sendRest(
  port: number,
  path: string,
  { auth, from, content }: { auth: Record<string, string>; from: number; content: Buffer },
): Promise<number> {
  const began = performance.now();
  for (let attempt = 1; ; attempt += 1) {
    const head = await ask(port, { method: 'HEAD', path, headers: auth });
    const offset = Number(head.headers['upload-offset']);
    const headers = { ...auth, 'upload-offset': offset, 'content-type': 'application/offset+octet-stream' };
    const { statusCode } = await ask(port, { method: 'PATCH', path, headers, body: content.subarray(offset - from) });
    if (statusCode === 204) return performance.now() - began;
    if (statusCode !== 409 || attempt === ATTEMPTS) throw new Error(`a part was answered with ${statusCode}`);
  }
}

/** Sends half of the piece, and goes away. */
function cut(port: number, path: string, headers: Record<string, string | number>, content: Buffer): Promise<void> {
  const all = { ...headers, 'content-type': 'application/offset+octet-stream', 'content-length': content.length };
  const sending = request({ port, host: '127.0.0.1', method: 'PATCH', path, headers: all });
  return new Promise((resolve) => {
    sending.on('error', () => {}).on('close', resolve);
    sending.write(content.subarray(0, content.length / 2), () => sending.destroy());
  });
}

async function download({ port, token, file, size, downloads, atOnce }: Download): Promise<FilesReport> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const times: number[] = [];
  const problems: string[] = [];
  let begun = 0;
  let bytes = 0;
  const began = performance.now();
  async function goOn(): Promise<void> {
    while (begun < downloads) {
      const from = (begun * 7_919 * RANGE) % Math.max(1, size - RANGE);
      begun += 1;
      const headers = { authorization: `Bearer ${token}`, range: `bytes=${from}-${from + RANGE - 1}` };
      const at = performance.now();
      const answer = await ask(port, { agent, path: `/v1/files/${file}/content`, headers });
      times.push(performance.now() - at);
      bytes += Number(answer.headers['content-length']);
      if (answer.statusCode !== 206) problems.push(`a part was answered with ${answer.statusCode}`);
    }
  }
  await Promise.all(Array.from({ length: atOnce }, goOn));
  agent.destroy();
  return { seconds: (performance.now() - began) / 1_000, bytes, latency: latencyOf(times), file, problems };
}

type Asked = {
  method?: string;
  path: string;
  headers: Record<string, string | number>;
  agent?: Agent;
  body?: Buffer;
};

/** The answer, whose body was read. */
async function ask(port: number, { body, ...asked }: Asked, hash?: { update(bytes: Buffer): unknown }) {
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request({ port, host: '127.0.0.1', ...asked }, resolve)
      .on('error', reject)
      .end(body);
  });
  for await (const chunk of answer) hash?.update(chunk as Buffer);
  return answer;
}

takeOrders((order: FilesOrder) => (order.kind === 'upload' ? upload(order) : download(order)));
