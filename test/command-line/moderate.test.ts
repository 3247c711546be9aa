/** `koine moderate`: what moderators do, by the operator, with effect on a running server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startTestServer } from '../support/harness.ts';
import { koine } from '../support/koine.ts';
import { isProblem, type Member, member, type Page } from '../support/koine-people.ts';
import { join } from '../support/people.ts';

test('the operator moderates on the command line, and every act is in the log', async (t) => {
  const server = await startTestServer(t);
  const [ann, eve] = (await Promise.all(['ann', 'eve'].map((name) => member(server, name)))) as [Member, Member];
  const moderate = (...words: string[]) => koine(server.settings, 'moderate', ...words);
  const { items } = await ann.get<Page<{ id: string }>>('/rooms');
  const path = `/rooms/${items[0]?.id}/messages`;
  const { seq } = await eve.do<{ seq: number }>('POST', path, { body: 'buy my pills' });
  const subject = { kind: 'message', room: items[0]?.id, seq };
  const { id } = await ann.do<{ id: string }>('POST', '/reports', { subject, reason: 'spam' });

  const listed = await moderate('reports', '--json');
  assert.deepEqual(
    listed.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { id: number; account: string; reporter: string })
      .map((row) => [row.id, row.account, row.reporter]),
    [[Number(id), 'eve', 'ann']],
  );
  assert.equal((await moderate('resolve', id, 'sanctioned')).out, `report ${id} is resolved\n`);
  assert.equal((await moderate('resolve', id, 'nothing')).code, 1, 'it is handled already');
  assert.equal((await moderate('resolve', id, 'maybe')).code, 2);

  const silenced = await moderate('silence', 'eve', '--days', '7', '--reason', 'cool down', '--json');
  const { id: sanction } = JSON.parse(silenced.out) as { id: number };
  assert.ok(isProblem(await eve.call('POST', path, { body: { body: 'again' } }), 403, 'silenced'));
  assert.equal((await moderate('lift', String(sanction))).code, 0);
  assert.equal((await eve.call('POST', path, { body: { body: 'again' } })).status, 201);
  assert.equal((await moderate('purge', 'eve', '--hours', '1')).out, '2 texts of eve are deleted\n');
  const socket = await join(t, server, eve.token);
  assert.match((await moderate('ban', 'EVE')).out, /^eve is banned \(sanction \d+\)\n$/);
  assert.equal((await socket.untilClosed()).code, 4001);
  assert.equal((await moderate('ban-sign-ups', '--domain', 'mail.example')).code, 0);
  assert.equal((await moderate('ban-sign-ups')).code, 1);
  assert.match((await moderate('warn', 'nobody')).err, /there is no account named "nobody"/);

  const log = await moderate('audit', '--json');
  assert.deepEqual(
    log.out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { action: string; byOperator: boolean; account: string | null })
      .map(({ action, byOperator, account }) => [action, byOperator, account]),
    [
      ['report.resolve', true, 'eve'],
      ['sanction.silence', true, 'eve'],
      ['sanction.lift', true, 'eve'],
      ['texts.purge', true, 'eve'],
      ['sanction.ban', true, 'eve'],
      ['sign-up.ban', true, null],
    ],
  );

  // Other acts of the operator on accounts are in it as well.
  const before = log.out.trim().split('\n').length;
  for (const words of [
    ['user', 'role', 'ann', 'moderator'],
    ['user', 'role', 'ann', 'moderator'],
    ['admin', 'grant', 'ann'],
    ['user', 'disable', 'ann'],
    ['user', 'enable', 'ann'],
    ['user', 'reset-password', 'ann', '--generate'],
    ['user', 'reset-second-factor', 'ann'],
    ['invite'],
    ['user', 'delete', 'ann', '--yes'],
  ])
    assert.equal((await koine(server.settings, ...words)).code, 0, words.join(' '));
  const more = (await moderate('audit', '--json')).out.trim().split('\n').slice(before);
  assert.deepEqual(
    more.map((line) => (JSON.parse(line) as { action: string }).action),
    [
      'role.set',
      'role.set',
      'account.disable',
      'account.enable',
      'account.reset-password',
      'account.reset-second-factor',
      'invite.create',
      'account.delete',
    ],
  );
});
