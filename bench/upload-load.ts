// The process that uploads: concurrent posts with one photo each, ordered by the suite over IPC.
import { readFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { takeOrders } from './orders.ts';
import { type CpuUse, cpuUse, cpuUsed } from './process-stats.ts';
import { type Latency, latencyOf } from './report.ts';

export interface Uploader {
  id: string;
  token: string;
}

export interface UploadOrder {
  port: number;
  /** One connection each. */
  uploaders: Uploader[];
  uploads: number;
  /** The file to upload. */
  photo: string;
  /** Processes whose CPU time is read, by name. */
  watch: Record<string, number>;
}

export interface UploadReport {
  seconds: number;
  latency: Latency;
  cpu: CpuUse;
  /** Posts answered with 201. */
  made: number;
  problems: string[];
}

const BOUNDARY = 'koine-benchmark';

async function run({ port, uploaders, uploads, photo, watch }: UploadOrder): Promise<UploadReport> {
  const file = await readFile(photo);
  const agent = new Agent({ keepAlive: true, maxSockets: uploaders.length });
  const latencies: number[] = [];
  const problems = new Map<string, number>();
  let begun = 0;
  let made = 0;

  async function goOn(uploader: Uploader): Promise<void> {
    while (begun < uploads) {
      begun++;
      const sentAt = performance.now();
      const problem = await upload({ agent, port }, uploader, file).catch((error: Error) => error.message);
      latencies.push(performance.now() - sentAt);
      if (problem === null) made++;
      else problems.set(problem, (problems.get(problem) ?? 0) + 1);
    }
  }

  const before = { cpu: cpuUse(watch), at: performance.now() };
  await Promise.all(uploaders.map(goOn));
  const seconds = (performance.now() - before.at) / 1000;
  const cpu = cpuUsed(before.cpu, cpuUse(watch));
  agent.destroy();
  const shown = [...problems].map(([problem, times]) => `${times} × ${problem}`);
  return { seconds, latency: latencyOf(latencies), cpu, made, problems: shown };
}

/** @returns a description of an unexpected response */
async function upload(server: { agent: Agent; port: number }, { id, token }: Uploader, file: Buffer) {
  const head = Buffer.from(
    `${field('author', id)}${field('description', 'a photo')}--${BOUNDARY}\r\n` +
      'Content-Disposition: form-data; name="images"; filename="photo.jpg"\r\nContent-Type: image/jpeg\r\n\r\n',
  );
  const end = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': `multipart/form-data; boundary=${BOUNDARY}`,
    'content-length': head.length + file.length + end.length,
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const place = { ...server, host: '127.0.0.1', path: '/api/posts/create', method: 'POST' };
    const sent = request({ ...place, headers }, resolve).on('error', reject);
    sent.write(head);
    sent.write(file);
    sent.end(end);
  });
  const body = await text(response);
  if (response.statusCode !== 201) return `answered ${response.statusCode}: ${body.slice(0, 200)}`;
  const { images } = JSON.parse(body) as { images: string[] };
  return images.length === 1 ? null : `a post with ${images.length} images`;
}

function field(name: string, value: string): string {
  return `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
}

takeOrders(run);
