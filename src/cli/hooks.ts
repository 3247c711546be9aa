/** `koine hook …`: the outgoing hooks of all rooms, and of the board. */
import { isUid } from '../core/text.ts';
import type { Sql } from '../store/database.ts';
import { deleteOutgoingHook, listAllHooks, type OutgoingHookRow } from '../store/outgoing-hooks.ts';
import type { Command } from './command.ts';
import { withDatabase } from './database.ts';

const PAGE = 500;
const FIRST = '00000000-0000-0000-0000-000000000000';

const list: Command = {
  words: ['hook', 'list'],
  parameters: [],
  summary: 'list the outgoing hooks: who is sent what happens here',
  example: 'koine hook list',
  run: async (context) => {
    const all = await withDatabase(context.config(), context.signal, readAll);
    return { text: all.map(lineOf).join('\n') || 'none', data: all };
  },
};

const remove: Command = {
  words: ['hook', 'remove'],
  parameters: ['id'],
  summary: 'remove an outgoing hook',
  example: 'koine hook remove 5f0c5c70-0000-4000-8000-000000000000',
  run: async (context, [id = '']) => {
    const isRemoved = await withDatabase(context.config(), context.signal, async (sql) =>
      isUid(id) ? deleteOutgoingHook(sql, id) : false,
    );
    if (!isRemoved) throw new Error(`there is no hook "${id}"`);
    return { text: 'removed', data: { id } };
  },
};

async function readAll(sql: Sql): Promise<OutgoingHookRow[]> {
  const all: OutgoingHookRow[] = [];
  for (let page: OutgoingHookRow[] = []; ; ) {
    page = await listAllHooks(sql, page.at(-1)?.id ?? FIRST, PAGE);
    all.push(...page);
    if (page.length < PAGE) return all;
  }
}

function lineOf({ id, roomUid, url, kinds, failingSince, disabledAt }: OutgoingHookRow): string {
  const state = disabledAt ? 'off' : failingSince ? 'failing' : 'on';
  return [id, state, roomUid ?? 'board', url, kinds.join(',')].join('\t');
}

export const HOOK_COMMANDS = [list, remove];
