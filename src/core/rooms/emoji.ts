/** Reactions are single emojis, as Unicode defines them (RGI_Emoji, UTS 51). */
import { invalid } from '../../errors.ts';

/** UTF-16 units: above the longest sequence. */
const MAX_UNITS = 32;
const EMOJI = String.raw`\p{RGI_Emoji}`;
const ONE_EMOJI = new RegExp(`^${EMOJI}$`, 'v');
/** Asks for the colourful form of the character before it. */
const VARIATION = '\u{FE0F}';

/**
 * @returns the emoji as Unicode writes it: some are typed without their variation selector
 * @throws AppError `invalid`
 */
export function checkEmoji(text: string): string {
  if (text.length <= MAX_UNITS) for (const form of [text, text + VARIATION]) if (ONE_EMOJI.test(form)) return form;
  throw invalid('emoji', 'format', 'emoji must be one emoji');
}
