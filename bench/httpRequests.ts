// The work `http`: requests to a bare node:http server in this process, asked for by a process of its own, so that the
// processor time of this one is the server's alone.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { check, microsecondsEach, processorTime } from './sample.ts';
import type { Sample } from './sample.ts';

const CONNECTIONS = 50;
const client = fileURLToPath(new URL('./httpClient.ts', import.meta.url));

/** Has `count` requests made to a server with this handler, over 50 connections that are kept. */
export async function httpRequests(count: number, handler: RequestListener): Promise<Sample> {
  let served = 0;
  const server = createServer((request, response) => {
    served++;
    handler(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = fork(client, [String(port), String(CONNECTIONS), String(count)]);
  await once(child, 'message');
  const used = processorTime();
  const started = performance.now();
  child.send('go');
  await once(child, 'exit');
  const sample = { value: used() / count, wall: microsecondsEach(started, count) };
  server.close();
  check(served, count);
  return sample;
}
