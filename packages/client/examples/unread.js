/** Prints how many messages are unread in each room, again whenever that changes. */
import { createClient } from '@koine/client';

const client = createClient({ url: process.env.KOINE_URL, token: process.env.KOINE_TOKEN });
const lines = () =>
  Object.values(client.state.rooms).map(({ title, unread }) => `${title ?? 'a conversation'}: ${unread}\n`);

let shown = '';
client.subscribe('rooms', () => {
  const now = lines().join('');
  if (now !== shown) process.stdout.write(now);
  shown = now;
});

await client.start();
