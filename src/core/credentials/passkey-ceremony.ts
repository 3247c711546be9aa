/** The exchange of WebAuthn between this server and a device: a challenge, and the device's answer. */
import { AppError } from '../../errors.ts';

/** The server as the browser sees it. `rpId`: its host. */
export type Site = { readonly rpId: string; readonly origin: string };
/** The device's answer, in base64url. `ticket`: of the challenge. */
type Answered = { readonly ticket: string; readonly id: string; readonly clientDataJSON: string };
export type Attestation = Answered & { readonly attestationObject: string };
export type Assertion = Answered & { readonly authenticatorData: string; readonly signature: string };

/** `options`: for `navigator.credentials`, as JSON. */
export type Challenge<Options> = { readonly ticket: string; readonly options: Options };

/** Seconds. */
export const CHALLENGE_LASTS = 300;

/** The constant fields of a device's answer. */
export const CEREMONY = { type: 'public-key', clientExtensionResults: {} } as const;

/** Loaded by the first who needs it: loading it takes as long as all of the rest. */
export const webAuthn = () => import('@simplewebauthn/server');

/** An answer that does not fit, whatever is wrong with it. */
export function refuse<Verified>(cause: unknown): Promise<Verified> {
  return Promise.reject(new AppError('bad_credentials', { cause }));
}
