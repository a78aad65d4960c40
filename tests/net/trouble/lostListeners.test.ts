// Listening sockets that somebody else closes or shuts down: told once, and whoever waits for the server to
// serve learns that it never will.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { closeSync } from 'node:fs';
import type { Server as NodeServer } from 'node:net';
import { test } from 'node:test';
import { createTask, OSError, Protocol, run, sleep, startServer } from '../../../src/asyncio.ts';
import type { EventLoop, ExceptionContext, Server } from '../../../src/asyncio.ts';
import { viewLoop } from '../../../src/lowlevel.ts';
import type { BackendName } from '../../../src/loop/backendName.ts';
import type { Socket } from '../../../src/socket.ts';
import { selectorMissing } from '../backends.ts';
import { onBackends } from '../onBackends.ts';

const message = 'a listening socket was closed or shut down, and not by its server';

/** What is reported from now on. */
function reportsOf(loop: EventLoop): ExceptionContext[] {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => void reports.push(context));
  return reports;
}

const listening = (server: Server, index: number = 0): Socket => server.sockets[index] as unknown as Socket;

/** Ends the listening from outside, as the backend lets one do it. */
function closeElsewhere(server: Server, backend: BackendName, index: number = 0): void {
  const socket = server.sockets[index] as unknown as { nodeServer: NodeServer } & Socket;
  if (backend === 'host') socket.nodeServer.close();
  else socket.close();
}

onBackends(
  'Server: its only listener closed elsewhere closes it, and serveForever throws why',
  async (loop, backend) => {
    const reports = reportsOf(loop);
    const server = await loop.createServer(() => new Protocol(), '127.0.0.1', 0);
    const serving = createTask(() => server.serveForever());
    await sleep(0);
    closeElsewhere(server, backend);
    await assert.rejects(serving, (error) => error instanceof OSError && error.code === 'EBADF');
    assert.deepEqual(
      reports.map((report) => report.message),
      [message],
    );
    assert.equal(server.isServing(), false);
    await server.waitClosed();
  },
);

onBackends('Server: with one listener of two gone it serves on', async (loop, backend) => {
  const reports = reportsOf(loop);
  const server = await loop.createServer(() => new Protocol(), ['127.0.0.1', '127.0.0.2'], 0);
  assert.equal(server.sockets.length, 2);
  closeElsewhere(server, backend);
  while (reports.length === 0) await sleep(1);
  assert.equal(server.sockets.length, 1);
  const [client] = await loop.createConnection(() => new Protocol(), '127.0.0.2', server.port);
  client.abort();
  server.close();
  server.abortClients();
  await server.waitClosed();
  assert.deepEqual(
    reports.map((report) => report.message),
    [message],
  );
});

onBackends(
  'Server: a listener that is shut down is reported once, and the loop rests',
  async (loop) => {
    const reports = reportsOf(loop);
    const server = await startServer(async () => {}, '127.0.0.1', 0);
    (server.sockets[0] as unknown as Socket).shutdown(2);
    while (reports.length === 0) await sleep(1);
    const before = viewLoop(loop).iterations;
    for (let timers = 0; timers < 10; timers++) await sleep(1);
    assert.ok(viewLoop(loop).iterations - before < 40);
    assert.equal(reports.length, 1);
    assert.equal((reports[0]?.exception as OSError | undefined)?.code, 'EINVAL');
    await server.shutdown({ graceTime: 10 });
  },
  { only: 'selector' },
);

onBackends(
  'Server: a descriptor of a listener closed elsewhere does not stop the close of it',
  async (loop) => {
    const reports = reportsOf(loop);
    const server = await loop.createServer(() => new Protocol(), ['127.0.0.1', '127.0.0.2'], 0);
    const { port } = server;
    closeSync(listening(server).fileno());
    assert.equal(server.port, port, 'is known all the same');
    server.close();
    await server.waitClosed();
    assert.equal(server.sockets.length, 0);
    assert.equal(reports.length, 0, 'nobody was there to be told');
  },
  { only: 'selector' },
);

test(
  "StreamServer.shutdown: a listener whose descriptor was closed elsewhere leaves main's own error",
  { skip: selectorMissing },
  async () => {
    const own = new Error('the error of main');
    const main = async (): Promise<void> => {
      const server = await startServer(async () => {}, '127.0.0.1', 0);
      try {
        closeSync((server.sockets[0] as unknown as Socket).fileno());
        throw own;
      } finally {
        await server.shutdown();
      }
    };
    await assert.rejects(run(main, { backend: 'selector', handleSignals: false }), own);
  },
);
