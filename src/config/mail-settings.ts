/** Settings of what reaches people outside: letters and pushes. */
import { isLoopback } from './hosts.ts';
import type { SettingsReader } from './settings-reader.ts';

/** In ms. */
const OUTBOX_INTERVAL = 2_000;
const SMTP_PATIENCE = 15_000;

/** `smtp://user:password@host:587`, or `smtps://` for TLS from the first byte. */
export function readMail(read: SettingsReader) {
  const url = read.url('SMTP_URL', ['smtp:', 'smtps:']);
  const from = read.text('MAIL_FROM', '');
  if (url === undefined || !URL.canParse(url)) {
    if (url === undefined && from !== '') read.mistake('MAIL_FROM', 'needs SMTP_URL');
    return undefined;
  }
  const { protocol, hostname, port, username, password, searchParams } = new URL(url);
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  const tls = searchParams.get('tls') ?? (isLoopback(host) ? 'offered' : 'required');
  if (host === '') read.mistake('SMTP_URL', 'must name a host');
  if (tls !== 'required' && tls !== 'offered' && tls !== 'never')
    read.mistake('SMTP_URL', 'takes tls=required, tls=offered or tls=never');
  if (!/^[^\r\n<>]*<?[^\s<>@]+@[^\s<>@]+>?$/.test(from) || from.length > 320)
    read.mistake('MAIL_FROM', 'is required with SMTP_URL: an address such as "Koine <koine@example.org>"');
  const secure = protocol === 'smtps:';
  const auth =
    username === ''
      ? undefined
      : { user: read.decoded('SMTP_URL', username), pass: read.decoded('SMTP_URL', password) };
  const startTls = tls as 'required' | 'offered' | 'never';
  const server = { host, port: Number(port) || (secure ? 465 : 587), secure, startTls, auth, patience: SMTP_PATIENCE };
  return { from, server, interval: OUTBOX_INTERVAL };
}

/** In ms. */
const PUSH_INTERVAL = 2_000;
const PUSH_PATIENCE = 10_000;

/** `delay`: seconds in which a message may be read before it is pushed. `pause`: between two pushes to one browser. */
export function readPush(read: SettingsReader) {
  if (read.choice('WEB_PUSH', ['on', 'off'], 'on') === 'off') return undefined;
  return { delay: 5, pause: 5, interval: PUSH_INTERVAL, patience: PUSH_PATIENCE };
}

export function readEmailRequired(read: SettingsReader): boolean {
  const isRequired = read.choice('EMAIL_VERIFICATION', ['optional', 'required'], 'optional') === 'required';
  if (isRequired && read.url('SMTP_URL', ['smtp:', 'smtps:']) === undefined)
    read.mistake('EMAIL_VERIFICATION', 'is required, but there is no mail: set SMTP_URL');
  return isRequired;
}
