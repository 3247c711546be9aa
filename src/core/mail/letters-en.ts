/** Letters in English. */
import type { Words } from './letter-kinds.ts';

const NOT_YOU =
  'If that was you, there is nothing to do. If it was not, reset your password now: that signs out every device.';
const TO_SECURITY = 'Open the security settings';

export const ENGLISH: Words = {
  greeting: (name) => `Hello ${name},`,
  greetingOfNobody: 'Hello,',
  footer: (community) => `Sent by ${community}, because this address belongs to an account there or was entered there.`,
  letters: {
    verify: (_, community) => ({
      subject: `Confirm your e-mail address for ${community}`,
      says: [
        `Open this link to confirm that this is your address at ${community}. It is good for one day.`,
        'If you did not enter this address, ignore this letter: nothing happens.',
      ],
      action: 'Confirm this address',
    }),
    reset: (_, community) => ({
      subject: `Choose a new password for ${community}`,
      says: [
        'Somebody asked for a new password of your account. This link is good for one hour, and once.',
        'If it was not you, ignore this letter: your password stays as it is.',
      ],
      action: 'Choose a new password',
    }),
    invite: ({ by }, community) => ({
      subject: by === '' ? `You are invited to ${community}` : `${by} invites you to ${community}`,
      says: [
        by === '' ? `You are invited to join ${community}.` : `${by} invites you to join ${community}.`,
        'If you do not know what this is about, ignore this letter.',
      ],
      action: 'Join',
    }),
    'new-device': ({ network, at }, community) => ({
      subject: `A sign-in from a new place: ${community}`,
      says: [
        `Somebody signed in to your account from a place that was not seen before: ${network}, ${at} UTC.`,
        NOT_YOU,
      ],
      action: TO_SECURITY,
    }),
    'password-changed': (_, community) => ({
      subject: `Your password at ${community} was changed`,
      says: ['Your account has a new password, and all devices were signed out.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'email-changed': ({ email }, community) => ({
      subject: `Your e-mail address at ${community} was changed`,
      says: [
        `Your account has another e-mail address now: ${email}. Letters do not come to this one any more.`,
        'If that was not you, write to the people who run this community at once.',
      ],
    }),
    'second-factor-on': (_, community) => ({
      subject: `Two-step sign-in is on at ${community}`,
      says: ['From now on, signing in takes a code of your device as well.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'second-factor-off': (_, community) => ({
      subject: `Two-step sign-in is off at ${community}`,
      says: ['From now on, signing in takes no code of your device.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'passkey-added': ({ name }, community) => ({
      subject: `A new passkey at ${community}`,
      says: [`A passkey was added to your account: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'passkey-removed': ({ name }, community) => ({
      subject: `A passkey was removed at ${community}`,
      says: [`A passkey was removed from your account: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'recovery-code-used': (_, community) => ({
      subject: `A recovery code was used at ${community}`,
      says: ['Somebody signed in to your account with a recovery code.', NOT_YOU],
      action: TO_SECURITY,
    }),
    'app-password-added': ({ name }, community) => ({
      subject: `A new app password at ${community}`,
      says: [`An app password was made for your account: ${name}. A program can sign in with it.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'app-password-removed': ({ name }, community) => ({
      subject: `An app password was revoked at ${community}`,
      says: [`An app password of your account was revoked: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'token-added': ({ name }, community) => ({
      subject: `A new access token at ${community}`,
      says: [`An access token was made for your account: ${name}. A program can use your account with it.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'token-removed': ({ name }, community) => ({
      subject: `An access token was revoked at ${community}`,
      says: [`An access token of your account was revoked: ${name}.`, NOT_YOU],
      action: TO_SECURITY,
    }),
    'hook-disabled': ({ host }, community) => ({
      subject: `A hook was turned off at ${community}`,
      says: [
        `A hook that you made is turned off, because ${host} did not take what was sent to it.`,
        'When the address works again, turn the hook on: it goes on with what happens then.',
      ],
    }),
    leaving: ({ until }, community) => ({
      subject: `Your account at ${community} will be deleted`,
      says: [
        `Your account is switched off. On ${until} it will be deleted with everything that you wrote.`,
        'If you sign in before, it stays.',
      ],
      action: 'Sign in',
    }),
  },
};
