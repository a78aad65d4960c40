// `httpClient.ts <port> <connections> <requests>`: asks a server on this machine, one request at a time on each
// connection. Says when it is connected, and begins when it is told to.

import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';

const [port = 0, connections = 0, requests = 0] = process.argv.slice(2).map(Number);
const request = Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
let left = requests;

function ask(socket: Socket): void {
  if (left-- > 0) socket.write(request);
  else socket.destroy();
}

const sockets = await Promise.all(
  Array.from({ length: connections }, async () => {
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }),
);
process.send?.('connected');
await once(process, 'message');
process.disconnect?.();
for (const socket of sockets) {
  let text = '';
  socket.setEncoding('latin1');
  socket.on('data', (part: string) => {
    text += part;
    // The body of all answers is one word in one chunk or with its length; it is the end of the answer.
    if (!text.endsWith('hello')) return;
    text = '';
    ask(socket);
  });
  ask(socket);
}
