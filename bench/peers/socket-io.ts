// A Socket.IO 4 server with one room, as in its documentation: WebSocket only, no compression, nothing stored. With
// REDIS_URL, it uses the Redis adapter.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const http = createServer((_request, response) => response.end('ok'));
const io = new Server(http, { transports: ['websocket'], perMessageDeflate: false, serveClient: false });

if (process.env.REDIS_URL) {
  const { createAdapter } = await import('@socket.io/redis-adapter');
  const { Redis } = await import('ioredis');
  const publisher = new Redis(process.env.REDIS_URL);
  io.adapter(createAdapter(publisher, publisher.duplicate()));
}

io.on('connection', (socket) => {
  socket.join('lobby');
  socket.on('message', (text) => io.to('lobby').emit('message', text));
});

http.listen(Number(process.env.PORT), '127.0.0.1', 1024);
