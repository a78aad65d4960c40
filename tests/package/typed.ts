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
import { viewLoop } from 'asyncio-ts/lowlevel';
import type { Loop, Resource } from 'asyncio-ts/lowlevel';
import { DefaultSelector } from 'asyncio-ts/selectors';
import { AF_INET, Socket } from 'asyncio-ts/socket';
import { runTest } from 'asyncio-ts/testing';
import type { TestContext } from 'asyncio-ts/testing';

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
export const all = [DefaultSelector, Socket, AF_INET, cancellable, csv, open];
