// Listens at ports of its own, some of which speak no HTTP, and handles SIGUSR1 where it is told to.

import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import process from 'node:process';
import { run, sleep } from '../../../../src/asyncio.ts';

if (process.argv[2] === 'handles') process.on('SIGUSR1', () => console.log('got it'));
else {
  for (const answer of ['<html>', '[null]', '[{"webSocketDebuggerUrl":"file:///"}]']) {
    const server = createHttpServer((_request, response) => void response.end(answer));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  }
  const server = createServer((socket) => void socket.end('220 hello\r\n'));
  await once(server.listen(0, '127.0.0.1'), 'listening');
}
await run(async () => {
  console.log('ready');
  await sleep(60_000);
});
