// One Stop ends everything: a service of timers, connections, requests and a child process, ended by one cancel. It is
// what Ctrl-C does to a program's main task.

import { allTasks, cancelAndWait, createTask, Event, interruptible } from '../../src/asyncio.ts';
import { createConnection } from 'node:net';
import type { Demonstration } from '../part.ts';
import { counted, shortDuration } from '../screen/units.ts';
import type { Tools } from '../tools.ts';
import { settledAtSite } from './openAtSite.ts';
import { amounts, service } from './service.ts';
import type { Running } from './service.ts';

export async function stopPart({ site, progress }: Tools): Promise<Demonstration> {
  const began = performance.now();
  const before = allTasks().size;
  progress.begin('stop', () => ({ done: allTasks().size - before, total: undefined, unit: 'task' }));
  const running: Running = { port: 0, child: 0, connections: 0 };
  const started = new Event();
  const main = createTask(() => service(site, running, () => started.set()), { name: 'service' });
  try {
    await started.wait();
  } catch (error) {
    await cancelAndWait(main);
    throw error;
  }
  const seen = { tasks: allTasks().size - before, connections: running.connections };
  const stop = performance.now();
  await cancelAndWait(main);
  const ended = performance.now() - stop;
  const left = {
    tasks: allTasks().size - before,
    connections: running.connections,
    requests: await settledAtSite(site, 0),
    child: isAlive(running.child),
    server: await accepts(running.port),
  };
  const clean = Object.values(left).every((each) => each === 0 || each === false);
  const finding =
    `${counted(seen.tasks, 'task')}, ${counted(2 * seen.connections, 'socket')}, 1 child ended in ${shortDuration(ended)}` +
    (clean ? '' : ', but not all of it');
  progress.end('done', [finding]);
  return {
    kind: 'demonstration',
    name: 'stop',
    title: 'one Stop ends everything',
    finding,
    elapsed: performance.now() - began,
    details: [
      `A service of ${counted(seen.tasks, 'task')} was stopped by one task.cancel(), as Ctrl-C does it: ` +
        `${amounts.timers} timers, a server with ${counted(seen.connections, 'connection')} and their clients, ` +
        `${amounts.requests} requests to the site and a child process. It took ${shortDuration(ended)}; after it ` +
        `${left.tasks} tasks, ${left.connections} connections and ${left.requests} requests were left, the child ` +
        `${left.child ? 'ran on' : 'was gone'} and the port ${left.server ? 'still accepted' : 'was closed'}. ` +
        'In tour/beyond/service.ts nothing but the child process has lines that end it.',
    ],
    facts: { ...seen, ...amounts, endedAfter: ended, left },
  };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Whether somebody still listens there. */
async function accepts(port: number): Promise<boolean> {
  const socket = createConnection(port, '127.0.0.1');
  try {
    return await interruptible(
      new Promise<boolean>((resolve) => {
        socket.once('connect', () => resolve(true));
        socket.once('error', () => resolve(false));
      }),
    );
  } finally {
    socket.destroy();
  }
}
