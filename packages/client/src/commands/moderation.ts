import type { components } from '../api.ts';
import { newKey, type Parts, segment } from '../parts.ts';
import type { Page } from '../shapes.ts';

type Schemas = components['schemas'];

export type Report = Schemas['Report'];
export type ReportSubject = Schemas['NewReport']['subject'];
export type ReportReason = Schemas['NewReport']['reason'];
export type ReportState = Report['state'];
export type ReportChange = Schemas['ReportChange'];
/** A page of reports, and how many wait (100: or more). */
export type Reports = Schemas['Reports'];
export type Sanction = Schemas['Sanction'];
export type NewSanction = Schemas['NewSanction'];
export type SignUpBan = Schemas['SignUpBan'];
export type NewSignUpBan = Schemas['NewSignUpBan'];
/** A job that goes on after its answer: read it again to see how far it is. */
export type Cleanup = Schemas['Cleanup'];
export type RaidEnd = Schemas['RaidEnd'];
export type AuditEntry = Schemas['AuditEntry'];

export type ModerationCommands = ReturnType<typeof moderationCommands>;

/** Reports, sanctions and the answers to them, and what moderators delete. `person`: an id, or `@` and a username. Each @throws Problem. */
export function moderationCommands({ rest }: Parts) {
  const read = async <Answer>(path: string, query: Record<string, string | undefined> = {}): Promise<Answer> =>
    (await rest.call<Answer>('GET', path, { query })).body;
  const post = async <Answer>(path: string, json: object): Promise<Answer> =>
    (await rest.call<Answer>('POST', path, { json, key: newKey() })).body;

  return {
    report: async (subject: ReportSubject, reason: ReportReason, body = ''): Promise<void> => {
      await post('/v1/reports', { subject, reason, ...(body !== '' && { body }) });
    },

    /** For moderators. Open ones: the longest waiting come first; others: the newest. */
    reports: (state: ReportState = 'open', cursor?: string): Promise<Reports> => read('/v1/reports', { state, cursor }),

    changeReport: async (id: string, change: ReportChange): Promise<Report> =>
      (await rest.call<Report>('PATCH', `/v1/reports/${segment(id)}`, { json: change })).body,

    sanction: (person: string, sanction: NewSanction): Promise<Sanction> =>
      post(`/v1/people/${segment(person)}/sanctions`, sanction),

    sanctions: (person: string, cursor?: string): Promise<Page<Sanction>> =>
      read(`/v1/people/${segment(person)}/sanctions`, { cursor }),

    ownSanctions: (cursor?: string): Promise<Page<Sanction>> => read('/v1/me/sanctions', { cursor }),

    lift: async (sanction: string): Promise<void> => {
      await rest.call('DELETE', `/v1/sanctions/${segment(sanction)}`);
    },

    /** Answers a sanction against oneself, once. */
    appeal: async (sanction: string, body: string): Promise<void> => {
      await post(`/v1/sanctions/${segment(sanction)}/appeal`, { body });
    },

    /** As `appeal`, for those who are excluded; `proof`: as for signing in. */
    appealOutside: async (proof: { login: string; password: string; code?: string }, body: string): Promise<void> => {
      await post('/v1/appeals', { ...proof, body });
    },

    banSignUps: async (ban: NewSignUpBan): Promise<void> => {
      await post('/v1/sign-up-bans', ban);
    },

    signUpBans: (cursor?: string): Promise<Page<SignUpBan>> => read('/v1/sign-up-bans', { cursor }),

    /** Deletes what an account wrote in the last hours. */
    purge: (person: string, hours: number, reason = ''): Promise<Cleanup> =>
      post(`/v1/people/${segment(person)}/purges`, { hours, reason }),

    /** Revokes an invitation to the community, and keeps out all who joined by it. */
    endRaid: (code: string, end: RaidEnd): Promise<Cleanup> => post(`/v1/invites/${segment(code)}/raids`, end),

    cleanup: (id: string): Promise<Cleanup> => read(`/v1/cleanups/${segment(id)}`),

    /** For admins; `about`: only what was done to that person. */
    audit: (cursor?: string, about?: string): Promise<Page<AuditEntry>> => read('/v1/audit', { cursor, about }),
  };
}
