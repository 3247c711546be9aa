import type { Person } from '@koine/client';
import { t } from '../i18n/i18n.ts';

/** Tells a program from people. */
export function BotMark({ of }: { readonly of: Person | undefined }) {
  return of?.bot ? <span class="bot-mark">{t('bot')}</span> : null;
}
