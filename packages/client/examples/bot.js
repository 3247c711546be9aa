/** Answers `!ping` in every room that its account is in. KOINE_URL: the server. KOINE_TOKEN: of the bot's account. */
import { createClient } from '@koine/client';

const client = createClient({ url: process.env.KOINE_URL, token: process.env.KOINE_TOKEN });

client.on('message.created', ({ room, data: message }) => {
  if (message.body === '!ping' && message.author.id !== client.state.me.id)
    client.messages.send(room, { body: 'pong', replyTo: message.seq });
});

await client.start();
