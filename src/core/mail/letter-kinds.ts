/** The kinds of letters, and what each one says. */

/** `network`: the address that somebody signed in from. `at`: UTC. */
type SignedIn = { readonly network: string; readonly at: string };

/** The name that its owner gave it. */
type Named = { readonly name: string };

/** The facts of each letter. They are stored until it is sent, so no secret is among them. */
export type LetterFacts = {
  verify: Record<never, never>;
  reset: Record<never, never>;
  invite: { readonly by: string; readonly code: string };
  'new-device': SignedIn;
  'password-changed': Record<never, never>;
  'email-changed': { readonly email: string };
  'second-factor-on': Record<never, never>;
  'second-factor-off': Record<never, never>;
  'passkey-added': Named;
  'passkey-removed': Named;
  'recovery-code-used': Record<never, never>;
  'app-password-added': Named;
  'app-password-removed': Named;
  'token-added': Named;
  'token-removed': Named;
  'hook-disabled': { readonly host: string };
  leaving: { readonly until: string };
};

export type LetterKind = keyof LetterFacts;

/** Letters that tell an account's owner what was done to it. */
export type NoticeKind = Exclude<LetterKind, 'verify' | 'reset' | 'invite'>;

/** `says`: paragraphs. `action`: the words of the link. */
export type Letter = { readonly subject: string; readonly says: readonly string[]; readonly action?: string };

export type Words = {
  readonly greeting: (name: string) => string;
  readonly greetingOfNobody: string;
  readonly footer: (community: string) => string;
  readonly letters: { readonly [K in LetterKind]: (facts: LetterFacts[K], community: string) => Letter };
};
