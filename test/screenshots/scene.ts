/** A small community with a past, made through the native API: what the pictures of the README show. */
import sharp from 'sharp';

export const PASSWORD = 'a garden of one’s own';

type Named = { readonly id: string };
type Member = { readonly id: string; readonly token: string };

const PEOPLE = {
  nora: 'Nora Lindqvist',
  tom: 'Tom Okafor',
  vera: 'Вера Соколова',
  idris: 'Idris Haddad',
  mei: 'Mei Tanaka',
};
type Who = keyof typeof PEOPLE;

/** Picks one of the colours of dawn over a field for each row of pixels. */
async function landscape(hue: number): Promise<Buffer> {
  const sky = `<linearGradient id="sky" x2="0" y2="1"><stop stop-color="hsl(${hue} 60% 78%)"/>
    <stop offset="1" stop-color="hsl(${hue + 30} 80% 92%)"/></linearGradient>`;
  const rows = Array.from({ length: 9 }, (_, row) => {
    const top = 330 + row * row * 5;
    return `<path d="M0 ${top + 20} Q400 ${top - 30} 800 ${top + 12} T1200 ${top} V800 H0Z" fill="hsl(${95 + row * 4} 38% ${52 - row * 4}%)"/>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="800">${sky}
    <rect width="1200" height="800" fill="url(#sky)"/><circle cx="860" cy="230" r="70" fill="hsl(${hue + 20} 95% 88%)"/>${rows.join('')}</svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 86 }).toBuffer();
}

export class Community {
  readonly #url: string;
  readonly #members = new Map<Who, Member>();

  constructor(url: string) {
    this.#url = url;
  }

  /** @returns the room that the pictures show */
  async furnish(): Promise<{ room: string }> {
    for (const who of Object.keys(PEOPLE) as Who[]) await this.#join(who);
    const others = (['tom', 'vera', 'idris', 'mei'] as const).map((who) => this.#id(who));
    const garden = await this.#call<Named>('nora', 'POST', '/rooms', {
      kind: 'group',
      title: 'Garden',
      members: others,
    });
    const kitchen = await this.#call<Named>('tom', 'POST', '/rooms', {
      kind: 'group',
      title: 'Kitchen rota',
      members: [this.#id('nora'), this.#id('mei')],
    });
    const direct = await this.#call<Named>('idris', 'POST', '/rooms', { kind: 'direct', members: [this.#id('nora')] });
    await this.#say('tom', kitchen.id, 'I cook on Thursday. Soup again?');
    await this.#say('idris', direct.id, 'I have the keys to the shed until Friday.');
    await this.#talk(garden.id);
    await this.#post();
    return { room: garden.id };
  }

  async #talk(room: string): Promise<void> {
    const first = await this.#say('nora', room, 'The water is back on. **West side only** until the new pipe comes.');
    await this.#say('tom', room, 'Finally! I can bring the long hose on Saturday.');
    await this.#say('vera', room, 'Привет! У меня есть два соединителя, принесу в субботу 🌱', { replyTo: first });
    await this.#say(
      'mei',
      room,
      'Planting plan for row 3:\n\n- beans along the fence\n- *two* rows of potatoes\n- marigolds in between',
    );
    const file = await this.#upload('idris', 205, 'The field at six in the morning');
    const picture = await this.#say('idris', room, 'Six o’clock this morning. Worth getting up for.', {
      files: [file],
    });
    const last = await this.#say('tom', room, '@nora are you there at nine?');
    for (const who of ['vera', 'mei'] as const) await this.#call(who, 'PUT', `/rooms/${room}/read`, { seq: last });
    await this.#call('nora', 'PUT', `/rooms/${room}/pins/${first}`);
    for (const who of ['tom', 'vera', 'mei'] as const) await this.#react(who, room, picture, '😍');
    for (const who of ['idris', 'mei'] as const) await this.#react(who, room, first, '💧');
  }

  async #post(): Promise<void> {
    const image = await this.#upload('mei', 25, 'Evening over the allotments');
    const { id } = await this.#call<Named>('mei', 'POST', '/posts', {
      title: 'Harvest supper',
      body: 'Everybody brings one dish and one chair. We start when the sun is behind the poplars.',
      images: [image],
    });
    for (const who of ['nora', 'tom', 'idris'] as const) await this.#call(who, 'PUT', `/posts/${id}/like`);
    await this.#call('tom', 'POST', `/posts/${id}/comments`, { body: 'I bring the bread.' });
    await this.#call('vera', 'POST', '/posts', { body: 'Who has a ladder for the cherries? Отдам половину урожая.' });
  }

  async #join(who: Who): Promise<void> {
    const answer = await this.#send('POST', '/accounts', null, { username: who, password: PASSWORD });
    const { me, token } = (await answer.json()) as { me: Named; token: string };
    this.#members.set(who, { id: me.id, token });
    await this.#call(who, 'PATCH', '/me', { name: PEOPLE[who] });
  }

  async #say(who: Who, room: string, body: string, more: { replyTo?: number; files?: string[] } = {}): Promise<number> {
    const { seq } = await this.#call<{ seq: number }>(who, 'POST', `/rooms/${room}/messages`, { body, ...more });
    return seq;
  }

  async #react(who: Who, room: string, seq: number, emoji: string): Promise<void> {
    await this.#call(who, 'PUT', `/rooms/${room}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`);
  }

  async #upload(who: Who, hue: number, alt: string): Promise<string> {
    const form = new FormData();
    form.append('file', new Blob([new Uint8Array(await landscape(hue))], { type: 'image/jpeg' }), 'field.jpg');
    const answer = await this.#send('POST', `/files?alt=${encodeURIComponent(alt)}`, this.#token(who), form);
    return ((await answer.json()) as Named).id;
  }

  async #call<T>(who: Who, method: string, path: string, body?: object): Promise<T> {
    const text = await (await this.#send(method, path, this.#token(who), body)).text();
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  async #send(method: string, path: string, token: string | null, body?: object): Promise<Response> {
    const isForm = body instanceof FormData;
    const headers = {
      ...(token !== null && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && !isForm && { 'content-type': 'application/json' }),
    };
    const sent = body === undefined || isForm ? body : JSON.stringify(body);
    const answer = await fetch(`${this.#url}/v1${path}`, {
      method,
      headers,
      ...(sent !== undefined && { body: sent }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }

  #id(who: Who): string {
    return (this.#members.get(who) as Member).id;
  }

  #token(who: Who): string {
    return (this.#members.get(who) as Member).token;
  }
}
