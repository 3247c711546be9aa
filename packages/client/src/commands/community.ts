import { absorbPeople } from '../absorb.ts';
import type { components } from '../api.ts';
import { newKey, type Parts, pictureBody, segment } from '../parts.ts';
import type { CommunityRole, Page, Person } from '../shapes.ts';

type Schemas = components['schemas'];

export type Community = Schemas['Community'];
/** How people join: everybody, with an invitation, after approval or with an invitation, nobody. */
export type Registration = Community['registration'];
export type CommunityChange = Schemas['CommunityChange'];
export type CommunityInvite = Schemas['CommunityInvite'];
/** An account that waits for approval. */
export type Application = Schemas['Application'];
export type StaffMember = Schemas['StaffMember'];

export type CommunityCommands = ReturnType<typeof communityCommands>;

/** The community: its name, who may join it, and who may do what. Each @throws Problem. */
export function communityCommands({ rest, store }: Parts) {
  return {
    /** Needs no account. `invite`: the code of an invitation. */
    read: async (invite?: string): Promise<Community> =>
      (await rest.call<Community>('GET', '/v1/community', { query: { invite } })).body,

    change: async (changes: CommunityChange): Promise<Community> =>
      (await rest.call<Community>('PATCH', '/v1/community', { json: changes })).body,

    /** `picture`: its bytes. */
    setAvatar: async (picture: Blob): Promise<Community> =>
      (await rest.call<Community>('PUT', '/v1/community/avatar', pictureBody(picture))).body,

    removeAvatar: async (): Promise<void> => {
      await rest.call('DELETE', '/v1/community/avatar');
    },

    /** `email`: gets the link in a letter. */
    invite: async (options: { expiresIn?: number; maxUses?: number; email?: string } = {}): Promise<CommunityInvite> =>
      (await rest.call<CommunityInvite>('POST', '/v1/invites', { json: options, key: newKey() })).body,

    /** The valid ones, the newest first. */
    invites: async (cursor?: string): Promise<Page<CommunityInvite>> =>
      (await rest.call<Page<CommunityInvite>>('GET', '/v1/invites', { query: { cursor } })).body,

    revokeInvite: async (code: string): Promise<void> => {
      await rest.call('DELETE', `/v1/invites/${segment(code)}`);
    },

    /** The longest waiting ones first. */
    applications: async (cursor?: string): Promise<Page<Application>> =>
      (await rest.call<Page<Application>>('GET', '/v1/applications', { query: { cursor } })).body,

    approve: async (application: string): Promise<Person> =>
      store.read(
        async () => (await rest.call<Person>('POST', `/v1/applications/${segment(application)}`)).body,
        (state, person) => absorbPeople(state, [person]),
      ),

    refuse: async (application: string): Promise<void> => {
      await rest.call('DELETE', `/v1/applications/${segment(application)}`);
    },

    /** Owners, admins and moderators. */
    staff: async (cursor?: string): Promise<Page<StaffMember>> =>
      store.read(
        async () => (await rest.call<Page<StaffMember>>('GET', '/v1/staff', { query: { cursor } })).body,
        (state, { items }) =>
          absorbPeople(
            state,
            items.map(({ person }) => person),
          ),
      ),

    /** `person`: an id, or `@` and a username. */
    setRole: async (person: string, role: CommunityRole): Promise<StaffMember> =>
      (await rest.call<StaffMember>('PUT', `/v1/people/${segment(person)}/role`, { json: { role } })).body,
  };
}
