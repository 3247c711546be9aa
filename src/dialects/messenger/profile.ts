/** The caller's own profile, in which a picture may be put. */

import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ProfileChange } from '../../core/accounts/profiles.ts';
import type { Core } from '../../core/core.ts';
import type { Actor } from '../../core/model.ts';
import { AppError } from '../../errors.ts';
import { JSON_BODY, MULTIPART, takeUrlEncoded, URL_ENCODED } from '../shared/bodies.ts';
import { takeFileForms, withForm } from '../shared/multipart.ts';
import { actorOf, type Members } from './callers.ts';
import { NOT_A_FILE_ISSUE, noCredentials, notAPicture } from './errors.ts';
import { presentProfile } from './present.ts';
import * as schema from './schema.ts';

type ProfileCore = Pick<Core, 'profiles' | 'posts' | 'friends' | 'media'>;

/** Posts that come with a profile. */
const POSTS_SHOWN = 100;

export function serveProfile(
  instance: FastifyInstance,
  core: ProfileCore,
  members: Members,
  { bioLength }: { bioLength: number },
): void {
  takeUrlEncoded(instance);
  takeFileForms(instance);
  const app = instance.withTypeProvider<TypeBoxTypeProvider>();

  app.get(
    '/profiles/api/profile/',
    {
      ...members,
      schema: {
        operationId: 'getOwnProfile',
        summary: 'The caller, with their profile, friends and newest posts',
        errors: ['unauthenticated', noCredentials()],
        response: { 200: schema.Profile },
      },
    },
    async (request) => ownProfile(core, actorOf(request)),
  );

  app.patch(
    '/profiles/api/profile/',
    {
      ...members,
      config: { findMore: ({ body }) => (hasImage(body) ? [NOT_A_FILE_ISSUE] : []) },
      schema: {
        operationId: 'updateOwnProfile',
        summary: "Change the caller's profile",
        consumes: [JSON_BODY, URL_ENCODED, MULTIPART],
        errors: ['unauthenticated', noCredentials(), 'quota_exceeded', 'overloaded'],
        body: schema.ProfileBody(bioLength),
        response: { 200: schema.Profile },
      },
    },
    async (request) => {
      const actor = actorOf(request);
      if (request.isMultipart()) await changeByForm(core, request, actor, bioLength);
      else await core.profiles.update(actor, { bio: request.body.bio });
      return ownProfile(core, actor);
    },
  );
}

async function ownProfile({ profiles, posts, friends }: ProfileCore, actor: Actor) {
  const [profile, ownFriends, own] = await Promise.all([
    profiles.own(actor),
    friends.listFriends(actor, actor),
    posts.listNewestOf(actor, actor, POSTS_SHOWN),
  ]);
  return presentProfile(profile, ownFriends, own);
}

async function changeByForm(
  { profiles, media }: ProfileCore,
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
      await profiles.update(actor, change).catch((error: unknown) => {
        const isNoPicture = error instanceof AppError && error.code === 'unsupported_media_type';
        throw isNoPicture ? notAPicture(error) : error;
      });
    },
  );
}

/** A picture that is not a file of a form. */
function hasImage(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'image' in body;
}
