/** Forms with files: new posts and avatars. */
import type { FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { AppError, invalid } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { callerOf, viewerOf } from '../../shared/callers.ts';
import { type Form, withForm } from '../../shared/multipart.ts';
import { NOT_SELF } from '../callers.ts';
import type { SocialParts } from '../parts.ts';
import * as schema from '../schema.ts';

const FORM = ['multipart/form-data'];
/** Characters. The avatar form has no texts of its own. */
const AVATAR_TEXT = 1_000;

export function serveForms(app: App, parts: SocialParts): void {
  const { core, callers, options, present } = parts;

  const newPost = (operationId: string) =>
    ({
      ...callers.author,
      schema: {
        operationId,
        summary: 'Write a post with up to ten images',
        errors: ['unauthenticated', NOT_SELF, 'too_large', 'quota_exceeded', 'unsupported_media_type', 'overloaded'],
        consumes: FORM,
        body: schema.PostForm(options.postLength),
        response: { 201: schema.Post },
      },
    }) as const;
  app.post('/api/posts/create', newPost('createPost'), async (request, reply) =>
    reply.code(201).send(await createPost(request, parts)),
  );
  // The published document has this path in a heading.
  app.post('/api/auth/create', newPost('createPostAtAuth'), async (request, reply) =>
    reply.code(201).send(await createPost(request, parts)),
  );

  app.put(
    '/api/users/:user_id/avatar',
    {
      ...callers.self,
      schema: {
        operationId: 'setAvatar',
        summary: "Set the caller's picture",
        errors: ['unauthenticated', NOT_SELF, 'too_large', 'quota_exceeded', 'unsupported_media_type', 'overloaded'],
        consumes: FORM,
        params: schema.UserPath,
        body: schema.AvatarForm,
        response: { 200: schema.User },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const shape = { files: ['avatar'], textLength: AVATAR_TEXT, sender: caller };
      const { key } = await withForm(request, core.media, shape, async ({ files }) => {
        const [upload, ...more] = files.get('avatar') ?? [];
        if (upload === undefined) throw invalid('avatar', 'required', 'avatar is required');
        if (more.length > 0) throw new AppError('too_large');
        return core.media.setAvatar(caller, upload);
      });
      return present.user(core.accounts.show(caller, { ...caller, avatarKey: key }));
    },
  );
}

async function createPost(
  request: FastifyRequest,
  { core, options, callers, present }: SocialParts,
): Promise<Static<typeof schema.Post>> {
  const shape = { files: ['images'], textLength: options.postLength, sender: viewerOf(request) };
  const post = await withForm(request, core.media, shape, async (form) => {
    const { author, description } = textsOf(form);
    const caller = await callers.requireAuthor(request, author);
    return core.posts.create(caller, { body: description, images: form.files.get('images') ?? [] });
  });
  return present.post(post);
}

/** @throws AppError `invalid` with all that is missing */
function textsOf({ texts }: Form): { author: string; description: string } {
  const author = texts.get('author')?.[0];
  const description = texts.get('description')?.[0];
  if (author !== undefined && description !== undefined) return { author, description };
  const missing = Object.entries({ author, description }).filter(([, value]) => value === undefined);
  throw new AppError('invalid', {
    issues: missing.map(([field]) => ({ field, reason: 'required', message: `${field} is required` })),
  });
}
