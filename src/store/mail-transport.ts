/** Hands mail to an SMTP server. */
import { createTransport } from 'nodemailer';

export type SmtpOptions = {
  readonly host: string;
  readonly port: number;
  /** TLS from the first byte. */
  readonly secure: boolean;
  /** STARTTLS: a server that has none is refused, or it is used where there is one, or never. */
  readonly startTls: 'required' | 'offered' | 'never';
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
  /** How long to wait for each answer of the server, in ms. */
  readonly patience: number;
};

export type OutgoingMail = {
  /** The same at each attempt, so that mail servers know a repetition. */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
};

/** `permanent`: the server will not take this mail. `reason` names neither recipient nor content. */
export type Delivery =
  | { readonly ok: true }
  | { readonly ok: false; readonly permanent: boolean; readonly reason: string };

export type MailTransport = { send(mail: OutgoingMail): Promise<Delivery>; check(): Promise<void> };

/** Refusals of a recipient or of the text, not of the sign-in to the server. */
const ABOUT_THE_MAIL = ['EENVELOPE', 'EMESSAGE'];

export function openMailTransport({ host, port, secure, startTls, auth, patience }: SmtpOptions): MailTransport {
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: startTls === 'required',
    ignoreTLS: startTls === 'never',
    ...(auth && { auth: { ...auth } }),
    // Texts are never taken for names of files or addresses.
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: patience,
    greetingTimeout: patience,
    socketTimeout: patience,
  });
  return {
    send: async ({ id, from, to, ...content }) => {
      try {
        await transport.sendMail({
          ...content,
          from,
          // An object is not parsed, so one recipient stays one.
          to: { name: '', address: to },
          messageId: id,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
        });
        return { ok: true };
      } catch (error) {
        return failureOf(error);
      }
    },
    check: async () => {
      await transport.verify();
    },
  };
}

function failureOf(error: unknown): Delivery {
  const { code = 'unknown', responseCode } = error as { code?: string; responseCode?: number };
  const permanent = ABOUT_THE_MAIL.includes(code) && (responseCode === undefined || responseCode >= 500);
  return { ok: false, permanent, reason: responseCode === undefined ? code : `${code} ${responseCode}` };
}
