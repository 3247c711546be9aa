/** The forms of incoming hooks that are served. */
import type { Core } from '../../../core/core.ts';
import { createDiscordHooks } from './discord.ts';
import type { HookForm } from './form.ts';
import { createSlackHooks } from './slack.ts';

/** `messageLength`: characters. */
export function createHookForms(core: Core, { messageLength }: { readonly messageLength: number }): HookForm[] {
  return [createSlackHooks(core, messageLength), createDiscordHooks(core, messageLength)];
}
