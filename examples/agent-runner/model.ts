// A stand-in for a model: a server that streams an answer word by word until its client leaves.

import { sleep } from 'asyncio-ts';
import { eventStream, serve } from 'asyncio-ts/http';
import type { HttpServer } from 'asyncio-ts/http';

const words =
  'To answer this I first look at what is there, then run the numbers in a thread, ask the database, and compare.';

async function* answer(seconds: number): AsyncGenerator<string> {
  const all = words.split(' ');
  for (let at = 0; at < seconds * 8; at++) {
    yield all[at % all.length] as string;
    await sleep(125);
  }
}

/** Its requests at work are the answers that are being made. */
export async function serveModel(): Promise<HttpServer> {
  return await serve(
    (request) => eventStream(answer(Number(new URL(request.url).searchParams.get('seconds')))),
    { host: '127.0.0.1', port: 0 },
  );
}
