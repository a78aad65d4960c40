// An AI agent whose Stop button works. A run is one task: it reads a model's answer as it streams, and meanwhile a shell and
// what that starts, a thread and a query of a database work for it. One cancel ends all of them, whether it comes from the
// button, from the page being closed, or from Ctrl-C here; the page shows what is alive, and after it nothing is.
//
//   npm run example -- agent-runner [port]          port 8888 unless given, 0 for a free one; then open it in a browser
//   options: --postgres URL (SQLite otherwise), --seconds N (20) that a run takes when nobody stops it
//
//   POST /runs            begins a run: its events, until it ends; the client's leaving is a cancel
//   POST /runs/ID/stop    cancels it, and replies with what is alive when it has ended
//   GET /alive            the same figures, now; as events with `accept: text/event-stream`

import process from 'node:process';
import { parseArgs } from 'node:util';
import { createTask, InvalidArgumentError, OSError, Queue, run, wait } from 'asyncio-ts';
import type { Task } from 'asyncio-ts';
import { eventStream, fileResponse, HttpError, serve } from 'asyncio-ts/http';
import type { ServerSentEvent } from 'asyncio-ts/http';
import { every } from 'asyncio-ts/tools';
import { Alive } from './agent-runner/alive.ts';
import { openDatabase } from './agent-runner/database.ts';
import { serveModel } from './agent-runner/model.ts';
import { work } from './agent-runner/work.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { postgres: { type: 'string' }, seconds: { type: 'string', default: '20' } },
});
const seconds = Number(values.seconds);

async function main(port: number): Promise<void> {
  const database = await openDatabase(values.postgres);
  const model = await serveModel();
  const alive = new Alive(database, model);
  const runs = new Map<string, Task<void>>();

  /** One run, as its client sees it. Whoever leaves this generator cancels the run and waits for its end. */
  async function* begin(): AsyncGenerator<ServerSentEvent> {
    const lines = new Queue<ServerSentEvent>(100);
    const id = alive.newRun();
    const task = createTask(
      async () => {
        try {
          await alive.count(id, () => work(id, { seconds, model: model.url, database, alive, lines }));
        } finally {
          lines.shutdown();
        }
      },
      { name: `run ${id}` },
    );
    runs.set(id, task);
    try {
      yield { event: 'begun', data: { id } };
      yield* lines;
      const began = performance.now();
      await wait([task]);
      const how = task.cancelled() ? 'stopped' : task.exception() === undefined ? 'finished' : 'failed';
      yield { event: 'end', data: { how, took: performance.now() - began, alive: await alive.figures() } };
    } finally {
      task.cancel();
      await wait([task]);
      runs.delete(id);
      if (!task.cancelled() && task.exception() !== undefined) console.error(task.exception());
      console.log(`run ${id} has ended; alive: ${JSON.stringify(await alive.figures())}`);
    }
  }

  async function stop(id: string): Promise<Response> {
    const task = runs.get(id);
    if (task === undefined) throw new HttpError(404, 'no such run');
    task.cancel();
    await wait([task]);
    return Response.json(await alive.figures());
  }

  async function* watch(): AsyncGenerator<ServerSentEvent> {
    for await (const _ of every(200, { immediate: true })) yield { data: await alive.figures() };
  }

  const server = await serve(
    async (request) => {
      const { pathname } = new URL(request.url);
      const [, stopped] = /^\/runs\/(\w+)\/stop$/.exec(pathname) ?? [];
      const route = `${request.method} ${pathname}`;
      if (route === 'POST /runs') return eventStream(begin());
      if (request.method === 'POST' && stopped !== undefined) return await stop(stopped);
      if (route === 'GET /alive')
        return request.headers.get('accept') === 'text/event-stream'
          ? eventStream(watch())
          : Response.json(await alive.figures());
      if (pathname !== '/') throw new HttpError(404);
      return await fileResponse(new URL('agent-runner/page.html', import.meta.url), request);
    },
    { host: '127.0.0.1', port, graceTime: 0 },
  );
  console.log(`agent on ${server.url}`);
  try {
    await server.serveForever(); // Ctrl-C cancels it, and it the requests, and they their runs
  } finally {
    await model.shutdown({ graceTime: 0 });
    await database.close();
  }
}

await run(() => main(Number(positionals[0] ?? 8888))).catch((error: unknown) => {
  // A port that is taken, or is none: the message says so.
  if (!(error instanceof OSError || error instanceof InvalidArgumentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
