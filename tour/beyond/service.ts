// A small service, as the one that `stopPart.ts` stops: a server and its clients, requests to a site, timers and a
// child process, each in a task of one group. Nothing but the child process has a way of being stopped of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  Barrier,
  interruptible,
  openConnection,
  sleep,
  startServer,
  taskGroup,
} from '../../src/asyncio.ts';
import type { TaskGroup } from '../../src/asyncio.ts';
import { fetchText } from '../crawl/visit.ts';
import type { Site } from '../crawl/site.ts';
import { settledAtSite } from './openAtSite.ts';

export const amounts = { clients: 20, requests: 10, timers: 30 } as const;

/** What can be seen of the service from outside. */
export interface Running {
  port: number;
  /** Process id of the child. */
  child: number;
  /** Connections that its server has accepted. */
  connections: number;
}

/** Runs until it is cancelled; calls `started` when all of it is under way. */
export async function service(site: Site, running: Running, started: () => void): Promise<void> {
  await using server = await startServer(
    async (reader, writer) => {
      running.connections += 1;
      try {
        for await (const line of reader) writer.write(line);
      } finally {
        running.connections -= 1;
        writer.close();
      }
    },
    '127.0.0.1',
    0,
  );
  running.port = server.port ?? 0;
  await taskGroup(async (group) => {
    const all = new Barrier(amounts.clients + 1);
    startAll(group, site, running, all);
    await all.wait();
    await settledAtSite(site, amounts.requests);
    started();
  });
}

function startAll(group: TaskGroup, site: Site, running: Running, all: Barrier): void {
  for (let n = 0; n < amounts.timers; n += 1) group.startSoon(heartbeat, { name: `timer ${n}` });
  for (let n = 0; n < amounts.clients; n += 1) {
    group.startSoon(() => converse(running.port, all), { name: `client ${n}` });
  }
  for (let n = 0; n < amounts.requests; n += 1) {
    group.startSoon(() => fetchText(`${site.address}/slow/${n}`), { name: `request ${n}` });
  }
  group.startSoon(() => child(running), { name: 'child' });
}

async function heartbeat(): Promise<never> {
  for (;;) await sleep(10);
}

/** A client that never ends; it meets the others after its first answer. */
async function converse(port: number, all: Barrier): Promise<never> {
  const [reader, writer] = await openConnection('127.0.0.1', port);
  await using _ = writer;
  for (let first = true; ; first = false) {
    writer.write(Buffer.from('hello\n'));
    await reader.readline();
    if (first) await all.wait();
    await sleep(5);
  }
}

/** Runs for a minute, or as long as whoever started it. */
const childProgram =
  'setTimeout(() => {}, 60_000); process.stdin.on("close", () => process.exit()).resume()';

/** A process; it is ended, and waited for, with its task. */
async function child(running: Running): Promise<void> {
  const program = spawn(process.execPath, ['--eval', childProgram], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const exited = once(program, 'exit');
  running.child = program.pid ?? 0;
  try {
    await interruptible(exited);
  } finally {
    program.kill();
    await interruptible(exited);
  }
}
