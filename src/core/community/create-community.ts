/** Wires what belongs to the community as a whole. */
import type { Sql } from '../../store/database.ts';
import type { NewAccounts } from '../accounts/new-accounts.ts';
import type { Contents } from '../contents.ts';
import type { Changes } from '../events/changes.ts';
import type { Addresses } from '../mail/addresses.ts';
import type { Outbox } from '../mail/outbox.ts';
import type { Media } from '../media/media.ts';
import type { ShowPerson } from '../model.ts';
import { type Applications, createApplications } from './applications.ts';
import { type CommunitySettings, createCommunity, type RegistrationOptions } from './community.ts';
import { type CommunityInvites, createCommunityInvites } from './community-invites.ts';
import { createRoles, type Roles } from './roles.ts';
import { createSetup, type Setup } from './setup.ts';

export type CommunityParts = CommunitySettings & Setup & CommunityInvites & Applications & Roles;

type Parts = RegistrationOptions & {
  readonly newAccounts: NewAccounts;
  readonly addresses: Addresses;
  readonly outbox: Outbox;
  readonly changes: Changes;
  readonly contents: Contents;
  readonly media: Media;
  readonly show: ShowPerson;
};

export function createCommunityParts(sql: Sql, parts: Parts): CommunityParts {
  return {
    ...createCommunity(sql, parts),
    ...createSetup(sql, parts),
    ...createCommunityInvites(sql, parts),
    ...createApplications(sql, parts),
    ...createRoles(sql, parts),
  };
}
