/** Incoming hooks in Discord's form: messages with embeds and files, which their sender may read, edit and delete. */

import type { FastifyReply, FastifyRequest, FastifySchema } from 'fastify';
import type { Core } from '../../../core/core.ts';
import type { OpenHook } from '../../../core/hooks/hook-posts.ts';
import { invalid, notFound } from '../../../errors.ts';
import { takeFileForms } from '../multipart.ts';
import { DiscordError, DiscordLimit, presentDiscordError } from './discord-errors.ts';
import { type Submission, withSubmission } from './discord-forms.ts';
import * as schemas from './discord-schema.ts';
import { discordMessage, discordWebhook } from './discord-shapes.ts';
import { discordText } from './discord-text.ts';
import { HOOK_BODY, type HookForm, type Json, takeBytes } from './form.ts';
import { cut, saidBy } from './texts.ts';

type Parts = Pick<Core, 'incomingHooks' | 'media' | 'files'>;
type Path = { id: string; secret: string };
type Request = FastifyRequest<{ Params: Path & { message: string }; Querystring: { wait?: string } }>;

/** As services and libraries call them: with the version of Discord's API or without. */
export const PREFIXES = ['/api/webhooks', '/api/v9/webhooks', '/api/v10/webhooks'] as const;
/** Digits of a message's position. */
const MESSAGE = /^[1-9]\d{0,14}$/;

/** The path of a hook in Discord's form. */
export function discordPath(id: string, secret: string): string {
  return `/api/webhooks/${id}/${secret}`;
}

/** `max`: characters of a message. */
export function createDiscordHooks(core: Parts, max: number): HookForm {
  const { incomingHooks: hooks, media } = core;
  const placeOf = (hook: OpenHook) => ({ hook: hook.id, channel: hook.roomUid, urlOf: media.fileUrl });

  async function open({ params }: FastifyRequest, reply: FastifyReply): Promise<OpenHook> {
    const { id, secret } = params as Path;
    const hook = await hooks.openHook(id, secret);
    void reply.headers(rateHeaders(hook));
    return hook;
  }

  /** @throws AppError `invalid`: it says nothing */
  function bodyOf(hook: OpenHook, payload: Json, isEmptyGood: boolean): string {
    const text = discordText(payload, max);
    if (text === '' && !isEmptyGood) throw invalid('content', 'required', 'the message is empty');
    return text === '' ? '' : cut(saidBy(payload.username, { hook: hook.author.name ?? '', text }), max);
  }

  /** @returns uids */
  async function store({ actor }: OpenHook, files: Submission['files']): Promise<string[]> {
    const stored: string[] = [];
    for (const upload of files)
      stored.push((await core.files.create(actor, { upload, name: upload.filename ?? null })).uid);
    return stored;
  }

  async function post(request: Request, reply: FastifyReply): Promise<unknown> {
    const hook = await open(request, reply);
    const message = await withSubmission(request, media, hook, async ({ payload, files }: Submission) => {
      const body = bodyOf(hook, payload, files.length > 0);
      return hooks.post(hook.actor, hook, { body, files: await store(hook, files) });
    });
    if (request.query.wait !== 'true') return reply.code(204).send();
    return discordMessage(message, placeOf(hook));
  }

  return {
    name: 'discord',
    prefixes: PREFIXES,
    secret: /(\/api(?:\/v\d+)?\/webhooks\/[^/]*\/)[^/]+/,
    errorBodies: { common: DiscordError, rate_limited: DiscordLimit },
    presentError: presentDiscordError,
    routes: (app) => {
      takeBytes(app);
      takeFileForms(app);
      for (const prefix of PREFIXES) {
        const path = `${prefix}/:id/:secret`;
        const of = (schema: FastifySchema) => ({
          schema: { ...schema, hide: prefix !== PREFIXES[0] },
          bodyLimit: HOOK_BODY,
        });
        app.get(path, of(schemas.GET_HOOK), async (request, reply) =>
          discordWebhook(await open(request, reply), (request.params as Path).secret),
        );
        app.post(path, of(schemas.CREATE), async (request, reply) => post(request as Request, reply));
        app.get(`${path}/messages/:message`, of(schemas.GET_MESSAGE), async (request, reply) => {
          const hook = await open(request, reply);
          const message = await hooks.getPost(hook.actor, hook, seqOf(request as Request));
          return discordMessage(message, placeOf(hook));
        });
        app.patch(`${path}/messages/:message`, of(schemas.UPDATE), async (request, reply) => {
          const hook = await open(request, reply);
          const seq = seqOf(request as Request);
          const message = await withSubmission(request, media, hook, async ({ payload }) =>
            hooks.editPost(hook.actor, hook, seq, bodyOf(hook, payload, false)),
          );
          return discordMessage(message, placeOf(hook));
        });
        app.delete(`${path}/messages/:message`, of(schemas.REMOVE), async (request, reply) => {
          const hook = await open(request, reply);
          await hooks.removePost(hook.actor, hook, seqOf(request as Request));
          return reply.code(204).send();
        });
      }
    },
  };
}

/** @throws AppError `not_found` */
function seqOf({ params: { message } }: Request): number {
  if (!MESSAGE.test(message)) throw notFound('message');
  return Number(message);
}

/** Without a limit there are none. */
function rateHeaders({ rate }: OpenHook): Record<string, string> {
  if (rate === null) return {};
  return {
    'x-ratelimit-limit': String(rate.limit),
    'x-ratelimit-remaining': String(Math.max(0, rate.left - 1)),
    'x-ratelimit-reset-after': String(rate.refill),
    'x-ratelimit-bucket': 'hook',
  };
}
