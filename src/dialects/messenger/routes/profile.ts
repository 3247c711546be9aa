/** `/profiles/api/profile`: the caller's own profile, whose picture comes as a file of a form. */

import type { FastifyRequest } from 'fastify';
import type { ProfileChange } from '../../../core/accounts/profiles.ts';
import type { Actor } from '../../../core/model.ts';
import type { App } from '../../shared/app.ts';
import { JSON_BODY, MULTIPART, URL_ENCODED } from '../../shared/bodies.ts';
import { callerOf } from '../../shared/callers.ts';
import { withForm } from '../../shared/multipart.ts';
import { renameErrors } from '../../shared/rename-errors.ts';
import { NOT_A_FILE_ISSUE, noCredentials, notAPicture } from '../errors.ts';
import { type MessengerCore, type MessengerParts, PAGE } from '../parts.ts';
import { presentProfile } from '../present.ts';
import * as schema from '../schema.ts';

export function serveProfile(app: App, { core, member, options: { bioLength } }: MessengerParts): void {
  app.get(
    '/profiles/api/profile/',
    {
      ...member,
      schema: {
        operationId: 'getOwnProfile',
        summary: "Get the caller's profile, friends and newest posts",
        errors: ['unauthenticated', noCredentials()],
        response: { 200: schema.Profile },
      },
    },
    async (request) => ownProfile(core, callerOf(request)),
  );

  app.patch(
    '/profiles/api/profile/',
    {
      ...member,
      config: { findMore: ({ body }) => (hasImage(body) ? [NOT_A_FILE_ISSUE] : []) },
      schema: {
        operationId: 'updateOwnProfile',
        summary: "Edit the caller's profile",
        consumes: [JSON_BODY, URL_ENCODED, MULTIPART],
        errors: ['unauthenticated', noCredentials(), 'quota_exceeded', 'overloaded'],
        body: schema.ProfileBody(bioLength),
        response: { 200: schema.Profile },
      },
    },
    async (request) => {
      const actor = callerOf(request);
      if (request.isMultipart()) await changeByForm(core, request, actor, bioLength);
      else await core.profiles.update(actor, { bio: request.body.bio });
      return ownProfile(core, actor);
    },
  );
}

async function ownProfile({ profiles, posts, friends }: MessengerCore, actor: Actor) {
  const [profile, ownFriends, own] = await Promise.all([
    profiles.own(actor),
    friends.listFriends(actor, actor),
    posts.listOf(actor, actor, { page: 0, size: PAGE }, []),
  ]);
  return presentProfile(profile, ownFriends, own);
}

async function changeByForm(
  { profiles, media }: MessengerCore,
  request: FastifyRequest,
  actor: Actor,
  bioLength: number,
): Promise<void> {
  await withForm(
    request,
    media,
    { files: ['image'], textLength: bioLength, sender: actor },
    async ({ texts, files }) => {
      const change: ProfileChange = { bio: texts.get('bio')?.at(-1), image: files.get('image')?.at(-1) };
      await renameErrors(profiles.update(actor, change), { unsupported_media_type: notAPicture });
    },
  );
}

/** Whether the body has a picture that is not a file of a form. */
function hasImage(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'image' in body;
}
