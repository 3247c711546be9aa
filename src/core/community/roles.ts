/** Roles in the community: owners appoint everybody, admins appoint moderators. One owner remains always. */
import { AppError, notFound } from '../../errors.ts';
import type { CommunityRole } from '../../store/accounts.ts';
import type { Sql } from '../../store/database.ts';
import { listStaff, lockRoles, updateRole } from '../../store/roles.ts';
import { ownAccountFacts } from '../accounts/me.ts';
import type { Changes } from '../events/changes.ts';
import type { Actor, Person, ShowPerson } from '../model.ts';
import { recordActs } from '../moderation/audit.ts';
import { checkWhole } from '../pages.ts';
import { getPerson, type PersonRef } from '../people/people.ts';
import { requireAnotherOwner } from './owners.ts';
import { rankOf, requireRole } from './ranks.ts';

export type Roles = {
  /**
   * Takes effect with the account's next request. Owners may give everybody any role; admins may make members moderators
   * and the other way round.
   * @throws AppError `forbidden` | `not_found` | `last_owner`
   */
  setRole(actor: Actor, ref: PersonRef, role: CommunityRole): Promise<StaffMember>;
  /** A page of those who are more than members, by id; `after`: the id of the last one of the page before. @throws AppError `forbidden` | `invalid` */
  listStaff(actor: Actor, page?: { after?: number; limit?: number }): Promise<StaffMember[]>;
};

export type StaffMember = { readonly person: Person; readonly role: CommunityRole };

export function createRoles(sql: Sql, { changes, show }: { changes: Changes; show: ShowPerson }): Roles {
  return {
    setRole: async (actor, ref, role): Promise<StaffMember> => {
      requireRole(actor, 'admin');
      const person = await getPerson(sql, ref);
      return changes.run([], async (tx) => {
        const roles = await lockRoles(tx, [actor.id, person.id]);
        const before = roles.get(person.id);
        if (before === undefined) throw notFound('account');
        requireMayAppoint(roles.get(actor.id) ?? 'member', before, role);
        if (before === 'owner' && role !== 'owner') await requireAnotherOwner(tx, person.id);
        await updateRole(tx, person.id, role);
        if (before !== role)
          await recordActs(tx, actor, {
            action: 'role.set',
            accountId: person.id,
            before: { role: before },
            after: { role },
          });
        const personal = before === role ? [] : await ownAccountFacts(tx, person.id);
        return { result: { person: show(actor, person), role }, personal };
      });
    },

    listStaff: async (actor, { after = 0, limit = 50 } = {}): Promise<StaffMember[]> => {
      requireRole(actor, 'moderator');
      const rows = await listStaff(sql, checkWhole('after', after), limit);
      return rows.map(({ role, ...account }) => ({ person: show(actor, account), role }));
    },
  };
}

/** A command of the operator, without an actor. @throws AppError `last_owner` */
export async function setRoleOf(sql: Sql, accountId: number, role: CommunityRole): Promise<void> {
  await sql.begin(async (tx) => {
    if (role !== 'owner') await requireAnotherOwner(tx, accountId);
    const before = (await lockRoles(tx, [accountId])).get(accountId);
    if (before === undefined || before === role) return;
    await updateRole(tx, accountId, role);
    await recordActs(tx, null, { action: 'role.set', accountId, before: { role: before }, after: { role } });
  });
}

/** `own`: the actor's role now, which may have changed since the token was checked. @throws AppError `forbidden` */
function requireMayAppoint(own: CommunityRole, before: CommunityRole, role: CommunityRole): void {
  if (own === 'owner') return;
  requireRole({ role: own }, 'admin');
  if (rankOf(before) >= rankOf(own) || rankOf(role) >= rankOf(own))
    throw new AppError('forbidden', { message: 'Only owners make and unmake admins and owners' });
}
