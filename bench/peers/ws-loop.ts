// A minimal chat server: a loop sends every message to every client, nothing is stored.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const http = createServer((_request, response) => response.end('ok'));
const server = new WebSocketServer({ server: http, perMessageDeflate: false });

server.on('connection', (socket) => {
  socket.on('message', (data) => {
    for (const client of server.clients) client.send(data, { binary: false });
  });
});

http.listen(Number(process.env.PORT), '127.0.0.1', 1024);
