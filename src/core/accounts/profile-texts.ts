/** Checks what an account says of itself, and keeps for its clients. */
import { checkAll, invalid } from '../../errors.ts';
import type { ProfileRowChange } from '../../store/profiles.ts';
import type { Contents } from '../contents.ts';
import type { Language } from '../mail/letters.ts';
import { checkCharacters, checkLength } from '../text.ts';
import { checkName } from './names.ts';

/** Absent fields stay as they are. */
export type ProfileTexts = {
  readonly bio?: string | undefined;
  /** The name of the account where it is shown. Null or blank: by its username. */
  readonly name?: string | null | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  readonly language?: Language | undefined;
};

/** Bytes of JSON. */
const SETTINGS_MAX = 8_192;
/** JSON for characters that jsonb does not have. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/i;

/** `most`: characters of `bio`. @throws AppError `invalid` */
export function checkProfileTexts(
  contents: Contents,
  most: number,
  { bio, name, settings, language }: ProfileTexts,
): ProfileRowChange {
  return checkAll<ProfileRowChange>({
    ...(bio !== undefined && { bio: () => checkBio(contents, most, bio) }),
    ...(name !== undefined && { name: () => checkName(contents, name ?? '') }),
    ...(settings !== undefined && { settings: () => checkSettings(contents, settings) }),
    ...(language !== undefined && { language: () => language }),
  });
}

/** It may be empty, so it is not checked for blanks. */
function checkBio(contents: Contents, most: number, bio: string): string {
  checkLength('bio', bio, most);
  checkCharacters('bio', bio);
  return contents.refuseToken('bio', bio);
}

function checkSettings(contents: Contents, settings: object): string {
  const text = JSON.stringify(settings);
  if (Buffer.byteLength(text) > SETTINGS_MAX)
    throw invalid('settings', 'long', `settings must have at most ${SETTINGS_MAX} bytes`, { limit: SETTINGS_MAX });
  if (UNSTORABLE.test(text)) throw invalid('settings', 'format', 'settings must not contain U+0000 or surrogates');
  return contents.refuseToken('settings', text);
}
