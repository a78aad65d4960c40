// Listens at ports of its own, some of which speak no HTTP.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { run, sleep } from '../../../../src/asyncio.ts';

for (const answer of ['<html>', '[null]', '[{"webSocketDebuggerUrl":"file:///"}]']) {
  const server = createHttpServer((_request, response) => void response.end(answer));
  await once(server.listen(0, '127.0.0.1'), 'listening');
}
const server = createServer((socket) => void socket.end('220 hello\r\n'));
await once(server.listen(0, '127.0.0.1'), 'listening');
await run(async () => {
  console.log('ready');
  await sleep(60_000);
});
