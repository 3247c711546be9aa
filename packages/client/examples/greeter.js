/** Greets whoever joins a group of its account, once, and says so on its output. */
import { createClient } from '@koine/client';

const client = createClient({ url: process.env.KOINE_URL, token: process.env.KOINE_TOKEN });

client.on('member.joined', async ({ room, data: { person } }) => {
  await client.messages.send(room, `Welcome, @${person.username}!`);
  process.stdout.write(`greeted ${person.username} in ${client.state.rooms[room].title}\n`);
});

await client.start();
