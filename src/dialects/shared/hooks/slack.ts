/** Incoming hooks in Slack's form: a payload of text, blocks and attachments, answered by `ok` or a word. */
import type { FastifyRequest } from 'fastify';
import type { Core } from '../../../core/core.ts';
import { invalid } from '../../../errors.ts';
import { URL_ENCODED } from '../bodies.ts';
import { parseUrlEncoded } from '../text-forms.ts';
import { type HookForm, type Json, parseObject, takeBytes, textIn } from './form.ts';
import { presentSlackError } from './slack-errors.ts';
import { CREATE } from './slack-schema.ts';
import { slackText } from './slack-text.ts';
import { cut, saidBy } from './texts.ts';

type Path = { Params: { team: string; hook: string; secret: string } };

/** The place of a hook's id in Slack's addresses: `B` and the id. */
const HOOK_PREFIX = 'B';

/** The path of a hook in Slack's form. */
export function slackPath(id: string, secret: string): string {
  return `/services/TKOINE/${HOOK_PREFIX}${id}/${secret}`;
}

export function createSlackHooks({ incomingHooks: hooks }: Pick<Core, 'incomingHooks'>, max: number): HookForm {
  return {
    name: 'slack',
    prefixes: ['/services'],
    secret: /(\/services\/[^/]*\/[^/]*\/)[^/]+/,
    presentError: presentSlackError,
    routes: (app) => {
      takeBytes(app);
      app.post<Path>('/services/:team/:hook/:secret', { schema: CREATE }, async (request, reply) => {
        const { hook: place, secret } = request.params;
        const hook = await hooks.openHook(place.startsWith(HOOK_PREFIX) ? place.slice(1) : '', secret);
        const payload = await payloadOf(request);
        const text = slackText(payload, max);
        if (text === '') throw invalid('text', 'required', 'text is required');
        const body = cut(saidBy(payload.username, { hook: hook.author.name ?? '', text }), max);
        await hooks.post(hook.actor, hook, { body, files: [] });
        return reply.type('text/plain; charset=utf-8').send('ok');
      });
    },
  };
}

/** JSON, or a form whose field `payload` is JSON. */
async function payloadOf({ headers, body }: FastifyRequest): Promise<Json> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  const isForm = headers['content-type']?.toLowerCase().startsWith(URL_ENCODED) ?? false;
  return parseObject(isForm ? textIn((await parseUrlEncoded(bytes)).get('payload')) : bytes.toString('utf8'));
}
