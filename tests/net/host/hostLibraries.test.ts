// Libraries of the host's take over connections that were accepted here.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { createServer, get } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { Future, startServer } from '../../../src/asyncio.ts';
import { toNodeSocket } from '../../../src/net/bridge/toNodeSocket.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf } from '../recorder.ts';

onBackends('node:http answers on a connection whose first line was read here', async () => {
  const http = createServer((request, response) => {
    response.setHeader('connection', 'close');
    response.end(`${request.method} ${request.url}`);
  });
  const server = await startServer(
    async (reader, writer) => {
      const first = await reader.readline();
      const socket = await toNodeSocket(writer, { allowHalfOpen: true });
      socket.unshift(first);
      http.emit('connection', socket);
    },
    '127.0.0.1',
    0,
  );
  const [host, port] = addressOf(server);
  const body = new Future<string>();
  const request = get({ host, port, path: '/taken-over', agent: false }, (response: IncomingMessage) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (piece: string) => (text += piece));
    response.on('end', () => body.setResult(text));
  });
  request.on('error', (error) => body.setException(error));
  assert.equal(await body, 'GET /taken-over');
  server.close();
  await server.waitClosed();
});
