/** Validates frames by the AsyncAPI document of their dialect; undocumented members are errors. */
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

/** The problem with a frame, or null. */
export type FrameCheck = (frame: string) => string | null;

export type AsyncApi = {
  channels: Record<string, { address: string; messages: Record<string, { contentType: string; payload: object }> }>;
};

type Channel = { path: RegExp; check: FrameCheck };

/** Channels of documents read so far; all servers share them. */
const known: Channel[] = [];
/** The last reading: sockets that are opened at once wait for the same one. */
let reading: Promise<unknown> = Promise.resolve();

/** The validator of the socket at this URL, by its server's document. */
export async function declaredFrames(socketUrl: string): Promise<FrameCheck> {
  const { origin, pathname } = new URL(socketUrl.replace(/^ws/, 'http'));
  const find = () => known.find(({ path }) => path.test(pathname));
  if (find() === undefined) {
    reading = reading
      .catch(() => {})
      .then(async () => {
        if (find() === undefined) known.push(...(await channelsOf(origin)));
      });
    await reading;
  }
  const channel = find();
  if (channel === undefined) throw new Error(`no AsyncAPI document declares ${pathname}`);
  return channel.check;
}

async function channelsOf(origin: string): Promise<Channel[]> {
  const { dialects } = (await read(`${origin}/`)) as { dialects: { sockets: string }[] };
  const documents = await Promise.all(dialects.map(({ sockets }) => read(origin + sockets) as Promise<AsyncApi>));
  return documents.flatMap((document, index) => {
    // Whether the documents are valid is for other tests.
    const ajv = addFormats.default(new Ajv({ strict: false, allErrors: true, validateSchema: false }));
    ajv.addSchema(closed(document) as object, `document-${index}`);
    return Object.entries(document.channels).map(([name, { address, messages }]) => ({
      path: new RegExp(
        `^${address
          .replace(/\/$/, '')
          .replaceAll('.', '\\.')
          .replace(/\{\w+\}/g, '[^/]+')}/?$`,
      ),
      check: checkOf(ajv, `document-${index}#/channels/${name}/messages`, messages),
    }));
  });
}

async function read(url: string): Promise<unknown> {
  const answer = await fetch(url, { headers: { accept: 'application/json' } });
  if (answer.status !== 200) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

function checkOf(ajv: Ajv, at: string, messages: AsyncApi['channels'][string]['messages']): FrameCheck {
  const sent = Object.entries(messages).filter(([name]) => name.startsWith('server.'));
  const kinds = sent.map(([name, { contentType }]) => ({
    name,
    isText: contentType === 'text/plain',
    validator: compiledWhenNeeded(ajv, `${at}/${name}/payload`),
  }));
  // Many sockets receive the same frame.
  let lastGood: string | null = null;
  return (frame) => {
    if (frame === lastGood) return null;
    const value = parsed(frame);
    const wrong: string[] = [];
    for (const { name, isText, validator } of kinds) {
      const validate = validator();
      if (validate(isText ? frame : value)) {
        lastGood = frame;
        return null;
      }
      wrong.push(`${name}: ${ajv.errorsText(validate.errors)}`);
    }
    return `the frame ${frame} is none that the document declares\n${wrong.join('\n')}`;
  };
}

/** Compiling takes longer than most tests, and few of them see all kinds of frames. */
function compiledWhenNeeded(ajv: Ajv, payload: string): () => ValidateFunction {
  let compiled: ValidateFunction | null = null;
  return () => {
    compiled ??= ajv.compile({ $ref: payload });
    return compiled;
  };
}

function parsed(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    return undefined;
  }
}

/** The same schemas without additional properties. */
export function closed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(closed);
  if (typeof value !== 'object' || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) copy[key] = closed(member);
  if (copy.type === 'object' && 'properties' in copy) copy.additionalProperties ??= false;
  return copy;
}
