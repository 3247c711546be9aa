/**
 * The server in the place of a public one, for programs that call a fixed host: a proxy that answers every CONNECT itself, with a
 * certificate for that host.
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { atEnd, folder } from './conditions.ts';

/** The environment of a program whose calls to these hosts reach the server at `url`. */
export async function standIn(t: TestContext, url: string, hosts: readonly string[]): Promise<Record<string, string>> {
  const at = await folder(t);
  const [key, cert] = [join(at, 'key.pem'), join(at, 'cert.pem')];
  const names = hosts.map((host) => `DNS:${host}`).join(',');
  const wish = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  await promisify(execFile)('openssl', [
    ...[...wish, '-keyout', key, '-out', cert, '-subj', '/CN=stand-in', '-addext', `subjectAltName=${names}`],
  ]);
  const port = Number(new URL(url).port);
  const tls = createTlsServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) =>
    joinSockets(socket, connect(port, '127.0.0.1')),
  );
  const proxy = createServer();
  const open = new Set<Socket>();
  proxy.on('connect', (_request, socket: Socket) => {
    open.add(socket);
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    tls.emit('connection', socket);
  });
  await once(proxy.listen(0, '127.0.0.1'), 'listening');
  atEnd(t, async () => {
    for (const socket of open) socket.destroy();
    proxy.close();
  });
  const address = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  return { HTTPS_PROXY: address, REQUESTS_CA_BUNDLE: cert };
}

function joinSockets(one: Socket, other: Socket): void {
  one.on('error', () => other.destroy()).on('close', () => other.destroy());
  other.on('error', () => one.destroy()).on('close', () => one.destroy());
  one.pipe(other).pipe(one);
}
