/** A real mail server in its own process: it takes mail, or does what it is told, and reports every mail and attempt. */
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

/** `refusals`: answers to the next recipients, by their codes; 0: none, the client waits in vain. `login`: what it requires. */
export type Told = { refusals: number[] };
export type Report =
  | { listening: number }
  | { attempt: string }
  | { signedIn: string }
  | { mail: { from: string; to: string[]; raw: string } };

let refusals: number[] = [];
const report = (text: Report) => process.send?.(text);

const server = new SMTPServer({
  authOptional: true,
  allowInsecureAuth: true,
  hideSTARTTLS: true,
  onAuth: ({ username, password }, _session, done) => {
    report({ signedIn: `${username}:${password}` });
    done(null, { user: username });
  },
  onRcptTo: ({ address }, _session, done) => {
    report({ attempt: address });
    const code = refusals.shift();
    if (code === 0) return;
    if (code === undefined) done();
    else done(Object.assign(new Error('refused by the test'), { responseCode: code }));
  },
  onData: (stream, { envelope }, done) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address;
      const to = envelope.rcptTo.map(({ address }) => address);
      report({ mail: { from, to, raw: Buffer.concat(chunks).toString('latin1') } });
      done();
    });
  },
});
server.on('error', () => {});
server.listen(0, '127.0.0.1', () => report({ listening: (server.server.address() as AddressInfo).port }));
process.on('message', (told: Told) => {
  refusals = told.refusals;
  process.send?.({ told: true });
});
process.on('disconnect', () => process.exit(0));
