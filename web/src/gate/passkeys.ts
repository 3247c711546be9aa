/** Passkeys of this browser. Closing its dialog changes nothing and shows no error. */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser';
import { client } from '../koine.ts';

const CLOSED = ['NotAllowedError', 'AbortError'];

async function unlessClosed<Answer>(work: Promise<Answer>): Promise<Answer | null> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && CLOSED.includes(error.name)) return null;
    throw error;
  }
}

/** @returns whether it was made */
export async function makePasskey(name: string): Promise<boolean> {
  const { ticket, options } = await client.credentials.preparePasskey();
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON;
  const credential = await unlessClosed(startRegistration({ optionsJSON }));
  if (credential === null) return false;
  await client.credentials.addPasskey(name, ticket, credential);
  return true;
}

/** Proof that somebody has one of their passkeys; null: they closed the dialog. */
export async function askPasskey(): Promise<{ ticket: string; credential: unknown } | null> {
  const { ticket, options } = await client.credentials.challengePasskey();
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON;
  const credential = await unlessClosed(startAuthentication({ optionsJSON }));
  return credential && { ticket, credential };
}
