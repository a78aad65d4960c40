// What types.test.ts has compiled: something of each entry point, and what needs the host's types or a library of the
// compiler's.

import {
  connectLoop,
  createDefaultContext,
  EventLoop,
  getRunningLoop,
  Lock,
  openConnection,
  Queue,
  run,
  sleep,
  startServer,
  taskGroup,
  timeout,
  toNodeSocket,
  workerModule,
} from 'asyncio-ts';
import type { Future, Task, ThreadPoolExecutor, WorkerFunction } from 'asyncio-ts';
import * as cancellable from 'asyncio-ts/cancellable';
import { open } from 'asyncio-ts/files';
import { csv } from 'asyncio-ts/formats';
import { serve } from 'asyncio-ts/http';
import type { HttpHandler } from 'asyncio-ts/http';
import { viewLoop } from 'asyncio-ts/lowlevel';
import type { Loop, Resource } from 'asyncio-ts/lowlevel';
import { createPool } from 'asyncio-ts/postgres';
import type { Pool, Row } from 'asyncio-ts/postgres';
import { connect as connectRedis } from 'asyncio-ts/redis';
import { DefaultSelector } from 'asyncio-ts/selectors';
import { AF_INET, Socket } from 'asyncio-ts/socket';
import { connect } from 'asyncio-ts/sqlite';
import type { Connection, SqlRow, SqlValue } from 'asyncio-ts/sqlite';
import { runTest } from 'asyncio-ts/testing';
import type { TestContext } from 'asyncio-ts/testing';
import { limit, memoize } from 'asyncio-ts/tools';

export const length: Promise<number> = run(async () => {
  const queue = new Queue<string>(1);
  await taskGroup(async (group) => {
    const task: Task<void> = group.createTask(() => queue.put('x'));
    await task;
  });
  using _ = await new Lock().acquire();
  await using server = await startServer(() => {}, '127.0.0.1', 0, {
    ssl: createDefaultContext('clientAuth'),
  });
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  (await toNodeSocket(writer.transport)).setNoDelay(true);
  const bytes: Uint8Array = await reader.readExactly(1);
  await sleep(bytes.length, { result: 'x' });
  return await timeout(5, async () => (await queue.get()).length);
});

export const port = (): void => {
  const loop = getRunningLoop();
  if (loop instanceof EventLoop) connectLoop(loop.threadsafePort({ tell: (text: string) => text })).close();
};
export const ready = (loop: Loop): number => viewLoop(loop).ready;
export const resource: Resource = { description: 'device', close() {} };
export const test = (): Promise<number> => runTest(({ clock }: TestContext) => clock.now());
const { gzipSync } = workerModule<{ gzipSync(data: Uint8Array): Uint8Array }>('node:zlib');
export const packs: WorkerFunction<(data: Uint8Array) => Uint8Array> = gzipSync;
// @ts-expect-error: a worker's function has the type of the module's
export const counts: WorkerFunction<(data: Uint8Array) => number> = gzipSync;

type First = <T>(items: readonly T[]) => T;
declare const pool: ThreadPoolExecutor;
declare const first: First;
const work = workerModule<{ first: First }>('node:zlib');
const numbers = [1, 2];
export const known: Future<number> = pool.submit(first<number>, numbers);
export const filledIn: Future<number> = pool.submit(work.first.as<typeof first<number>>(), numbers);
export const mapped: AsyncGenerator<string> = pool.map(work.first.as<typeof first<string>>(), [['a']]);
// @ts-expect-error: a generic function's type parameters are not filled in by submit
export const left: Future<number> = pool.submit(work.first, numbers);
// @ts-expect-error: the function is not of this type
export const wrong = work.first.as<(items: readonly number[]) => string>();

export const served = serve(async (_request, { state }) => Response.json(await state.fetch('SELECT 1')), {
  lifespan: () => createPool(),
});
export const state: Promise<Pool> = served.then((server) => server.state);
/** As Hono types it. */
interface App {
  fetch: (
    request: Request,
    env?: unknown,
    context?: {
      waitUntil(work: Promise<unknown>): void;
      passThroughOnException(): void;
      props: {} | undefined;
    },
  ) => Response | Promise<Response>;
}
export const servesApp = (app: App): unknown => serve(app);
const handler: HttpHandler = (request) => new Response(request.url);
export const rows = async (db: Connection, pg: Pool): Promise<Row[]> => {
  const row: SqlRow | undefined = await db.fetchone('SELECT 1');
  const array: SqlValue[] | undefined = await db.fetchone('SELECT 1', [], { rows: 'array' });
  const [[n] = [0]] = await db.fetchall<[number]>('SELECT 1', [], { rows: 'array' });
  const items: { item: string }[] = await db.fetchall<{ item: string }>('SELECT item FROM t');
  const cursor = await db.execute('SELECT 1', [], { rows: 'array' });
  for await (const [value] of cursor) array?.push(value ?? null);
  const inner: number = await pg.transaction(async () => Number(row?.['n']) + n + items.length);
  return await pg.fetch('SELECT $1', [inner]);
};
/** Without the package `redis`, whose commands these would be. */
export const sent = async (): Promise<unknown> => (await connectRedis()).commands.sendCommand(['PING']);
export const called: Promise<number> = limit(2)(
  memoize(async (text: string) => text.length),
  'tea',
);
export const all = [connect, handler, DefaultSelector, Socket, AF_INET, cancellable, csv, open];
