// The soak of the network: short connections without end. Each opens, sends a line, gets an answer, and closes;
// server and clients are ours, on one loop, some dozens at a time. A connection that left a descriptor, a
// task, a timer or a reference behind would show.

import { readdirSync } from 'node:fs';
import {
  allTasks,
  getRunningLoop,
  openConnection,
  run,
  startServer,
  taskGroup,
} from '../../src/asyncio.ts';
import type { BackendName, StreamReader, StreamWriter } from '../../src/asyncio.ts';
import { settledHeap } from './heap.ts';

export interface ConnectionReport {
  connections: number;
  backend: string;
  /** Lines that came back wrong, or not at all. */
  wrong: number;
  /** What is in use after the warm-up, when everything was used and compiled, and at the end: bytes of heap, open
   * descriptors (-1 where nobody knows), tasks, timers. */
  before: Held;
  after: Held;
}

export interface Held {
  heap: number;
  descriptors: number;
  tasks: number;
  timers: number;
}

export interface ConnectionSoakOptions {
  backend?: BackendName;
  /** After how many it is looked at what is in use for the first time; after a tenth unless given. */
  warmUp?: number;
  /** How many are open at once. */
  atOnce?: number;
  /** Told of the progress, about fifty times. */
  progress?: (done: number) => void;
}

async function serve(reader: StreamReader, writer: StreamWriter): Promise<void> {
  const line = await reader.readline();
  writer.write(Buffer.from(`${line.toString().trimEnd().toUpperCase()}\n`));
  await writer.drain();
  writer.close();
}

async function ask(host: string, port: number, n: number): Promise<boolean> {
  const [reader, writer] = await openConnection(host, port);
  writer.write(Buffer.from(`request ${n}\n`));
  await writer.drain();
  const answer = await reader.readline();
  writer.close();
  await writer.waitClosed();
  return answer.toString() === `REQUEST ${n}\n`;
}

async function held(): Promise<Held> {
  const heap = await settledHeap();
  return {
    heap,
    descriptors: openDescriptors(),
    tasks: allTasks().size,
    timers: getRunningLoop()._timers.live,
  };
}

function openDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return -1;
  }
}

export async function connectionSoak(
  connections: number,
  options: ConnectionSoakOptions = {},
): Promise<ConnectionReport> {
  const { backend, atOnce = 32, progress, warmUp = Math.ceil(connections / 10) } = options;
  return await run(
    async () => {
      const server = await startServer(serve, '127.0.0.1', 0);
      const [host, port] = server.sockets[0]!.getsockname() as [string, number];
      let [begun, wrong] = [0, 0];
      const step = Math.ceil(connections / 50);
      const some = (end: number): Promise<void> =>
        taskGroup(async (group) => {
          for (let i = 0; i < atOnce; i++) {
            group.startSoon(async () => {
              while (begun < end) {
                begun += 1;
                if (begun % step === 0) progress?.(begun);
                if (!(await ask(host, port, begun))) wrong += 1;
              }
            });
          }
        });
      await some(warmUp);
      const before = await held();
      await some(connections);
      const after = await held();
      await server.shutdown();
      return { connections, backend: getRunningLoop().backend.name, wrong, before, after };
    },
    { backend },
  );
}
