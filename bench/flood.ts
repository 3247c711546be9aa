// Messages that pour into a room through /v1/live, as fast as asked.
import { once } from 'node:events';
import WebSocket from 'ws';
import type { Person } from './web-scene.ts';

const TICK_MS = 10;
/** Messages of a sender that the server has not answered yet. */
const MOST_OPEN = 500;
const TEXTS = [
  'Somebody says **something** to all',
  'And somebody else answers: `yes`',
  'Plain words, as most of them are',
];

export interface Flood {
  /** Messages that the server has accepted. */
  readonly sent: number;
  /** Sends at that rate, per second, until `stop`. */
  start(rate: number): void;
  stop(): void;
  /** Resolves when that number has been accepted. */
  count(messages: number): Promise<void>;
}

export async function pourInto(url: string, senders: readonly Person[], room: string): Promise<Flood> {
  const sockets = await Promise.all(senders.map((sender) => connect(url, sender)));
  const open = sockets.map(() => 0);
  let [sent, begun] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  for (const [index, socket] of sockets.entries())
    socket.on('message', (text: Buffer) => {
      if (!text.subarray(0, 20).includes('"result"')) return;
      open[index] = (open[index] as number) - 1;
      sent += 1;
      socket.emit('accepted');
    });

  function sendOne(): boolean {
    const index = begun % sockets.length;
    if ((open[index] as number) >= MOST_OPEN) return false;
    open[index] = (open[index] as number) + 1;
    begun += 1;
    const body = `${TEXTS[begun % TEXTS.length]} ${begun}`;
    sockets[index]?.send(JSON.stringify({ type: 'send', ref: begun, room, body }));
    return true;
  }

  return {
    get sent() {
      return sent;
    },
    start: (rate) => {
      const [began, from] = [performance.now(), begun];
      timer = setInterval(() => {
        while (begun - from < ((performance.now() - began) * rate) / 1_000 && sendOne());
      }, TICK_MS);
    },
    stop: () => {
      clearInterval(timer);
      for (const socket of sockets) socket.close();
    },
    count: async (messages) => {
      for (let n = 0; n < messages; ) {
        if (sendOne()) n += 1;
        else await once(sockets[begun % sockets.length] as WebSocket, 'accepted');
      }
      while (sent < messages) await once(sockets[0] as WebSocket, 'accepted');
    },
  };
}

/** A connection that follows nothing. */
async function connect(url: string, { client }: Person): Promise<WebSocket> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live`, ['bearer', client.token as string]);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'hello', epoch: client.state.epoch, have: {} }));
  for (;;) {
    const [text] = (await once(socket, 'message')) as [Buffer];
    if ((JSON.parse(text.toString()) as { type: string }).type === 'live') return socket;
  }
}
