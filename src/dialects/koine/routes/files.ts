/** `/v1/files` and the pictures of accounts, of groups and of the community: calls whose body is a file. */
import { Type } from 'typebox';
import { notFound } from '../../../errors.ts';
import type { App } from '../../shared/app.ts';
import { PARAMETER } from '../../shared/bounds.ts';
import { callerOf } from '../../shared/callers.ts';
import { CreationHeaders, idempotencyKey } from '../headers.ts';
import type { KoineParts } from '../parts.ts';
import * as schema from '../schema.ts';
import { FileBody, UPLOADED, withUpload } from '../uploads.ts';
import { Community, NOT_ADMIN, showCommunity } from './community.ts';
import { RoomPath } from './messages.ts';
import { NOT_YOURS } from './rooms.ts';

const REFUSALS = ['unauthenticated', 'too_large', 'quota_exceeded', 'unsupported_media_type', 'overloaded'] as const;

/** Takes larger files than pictures may be. */
function anyFile({ receiveFile, discard, limits }: KoineParts['core']['media']) {
  return { receive: receiveFile, discard, limits };
}

const FileQuery = Type.Object({
  alt: Type.Optional(Type.String({ maxLength: PARAMETER, description: 'The file in words.' })),
});

export function serveFiles(app: App, parts: KoineParts): void {
  serveNewFiles(app, parts);
  servePictures(app, parts);
}

function serveNewFiles(app: App, { core: { files, media }, callers, present }: KoineParts): void {
  app.post(
    '/v1/files',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'createFile',
        summary: 'Upload a file',
        description:
          'Of any type, as the body (its name in `Content-Disposition`) or as the one file of a form. Pictures (JPEG, PNG,' +
          ' WebP, GIF, AVIF) are re-encoded, without what a camera wrote into them. It is deleted after a day unless a post' +
          ' or a message has it by then. Large files are better sent in parts: `/v1/uploads`.',
        errors: [...REFUSALS, 'idempotency_key_reused'],
        consumes: UPLOADED,
        headers: CreationHeaders,
        querystring: FileQuery,
        body: FileBody,
        response: { 201: schema.File },
      },
    },
    async (request, reply) => {
      const caller = callerOf(request);
      const key = idempotencyKey(request);
      const { alt } = request.query;
      const file = await withUpload(request, anyFile(media), caller, ({ name, ...upload }) =>
        files.create(caller, { upload, name, key, ...(alt !== undefined && { alt }) }),
      );
      return reply.code(201).send(present.file(file));
    },
  );
}

/** Pictures of the caller, the community and groups. */
function servePictures(app: App, { core, callers, present }: KoineParts): void {
  const { community, media, profiles, rooms } = core;

  app.put(
    '/v1/me/avatar',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setAvatar',
        summary: "Set the caller's picture",
        errors: REFUSALS,
        consumes: UPLOADED,
        body: FileBody,
        response: { 200: schema.Me },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      await withUpload(request, media, caller, (upload) => media.setAvatar(caller, upload));
      return present.me(await profiles.ownAccount(caller));
    },
  );

  app.put(
    '/v1/community/avatar',
    {
      ...callers.may('moderate'),
      schema: {
        operationId: 'setCommunityAvatar',
        summary: "Set the community's picture",
        description: 'By admins and owners.',
        errors: [...REFUSALS, NOT_ADMIN],
        consumes: UPLOADED,
        body: FileBody,
        response: { 200: Community },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      return showCommunity(
        present,
        await community.setPicture(caller, (use) => withUpload(request, media, caller, use)),
      );
    },
  );

  app.put(
    '/v1/rooms/:roomId/avatar',
    {
      ...callers.may('write'),
      schema: {
        operationId: 'setRoomAvatar',
        summary: "Set a group's picture",
        description: 'By owners and moderators of the group.',
        errors: [...REFUSALS, NOT_YOURS, notFound('room')],
        consumes: UPLOADED,
        params: RoomPath,
        body: FileBody,
        response: { 200: schema.Room },
      },
    },
    async (request) => {
      const caller = callerOf(request);
      const ref = { uid: request.params.roomId };
      return present.room(await rooms.setPicture(caller, ref, (use) => withUpload(request, media, caller, use)));
    },
  );
}
