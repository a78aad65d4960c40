// Servers of streams: handlers that fail alone, the orderly end, limits and deadlines.

import '../../harness.ts';
import assert from 'node:assert/strict';
import {
  CancelledError,
  createTask,
  Event,
  InvalidArgumentError,
  isCancelled,
  openConnection,
  sleep,
  startServer,
  UsageError,
} from '../../../src/asyncio.ts';
import type {
  ClientConnected,
  ExceptionContext,
  StartServerOptions,
  Stream,
  StreamServer,
} from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { arrivals } from '../arrivals.ts';

function open(server: StreamServer): Promise<Stream> {
  const [, port] = server.sockets[0]!.getsockname() as [string, number];
  return openConnection('127.0.0.1', port);
}

function serve(handler: ClientConnected, options: StartServerOptions = {}): Promise<StreamServer> {
  return startServer(handler, '127.0.0.1', 0, options);
}

/** Waits until `holds` does, a turn of the host's at a time. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

const echo: ClientConnected = async (reader, writer) => {
  for await (const line of reader) {
    writer.write(line);
    await writer.drain();
  }
  writer.close();
};

async function exchange([reader, writer]: Stream, text: string): Promise<void> {
  writer.write(Buffer.from(`${text}\n`));
  assert.equal(String(await reader.readline()), `${text}\n`);
}

onBackends('startServer: refuses options that make no sense', async () => {
  for (const options of [
    { maxConnections: 0 },
    { maxConnections: Number.NaN },
    { graceTime: Number.NaN },
    { connectionTimeout: Number.NaN },
    { limit: 0 },
  ]) {
    await assert.rejects(serve(echo, options), InvalidArgumentError, JSON.stringify(options));
  }
  await assert.rejects(serve(undefined as never), InvalidArgumentError);
});

onBackends('startServer: a failing handler closes its own connection and no other', async (loop) => {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  let count = 0;
  const server = await serve(async (reader, writer) => {
    if (++count === 2) throw new RangeError('the second fails');
    await echo(reader, writer);
  });
  const first = await open(server);
  await exchange(first, 'one');
  const second = await open(server);
  assert.equal((await second[0].read()).length, 0);
  await exchange(first, 'two');
  assert.equal(reports.length, 1);
  assert.ok(reports[0]?.exception instanceof RangeError);
  first[1].close();
  second[1].close();
  await server.shutdown();
});

onBackends('shutdown: lets handlers end in the grace time', async () => {
  const entered = new Event();
  const server = await serve(
    async (_, writer) => {
      entered.set();
      await sleep(20);
      writer.write(Buffer.from('done'));
      writer.close();
    },
    { graceTime: 5000 },
  );
  const [reader, writer] = await open(server);
  await entered.wait();
  const before = Date.now();
  const end = createTask(() => server.shutdown());
  assert.equal(String(await reader.read()), 'done');
  await end;
  assert.ok(Date.now() - before < 4000);
  assert.equal(server.isServing(), false);
  assert.equal(server.connections, 0);
  writer.close();
});

onBackends('shutdown: cancels handlers after the grace time and waits for them', async () => {
  const entered = new Event();
  const steps: string[] = [];
  const server = await serve(async (reader) => {
    try {
      entered.set();
      await reader.read();
    } catch (error) {
      assert.ok(isCancelled(error));
      steps.push(error.message);
      await sleep(5);
      steps.push('cleaned up');
      throw error;
    }
  });
  const [reader, writer] = await open(server);
  await entered.wait();
  await server.shutdown({ graceTime: 10 });
  assert.deepEqual(steps, ['the server shuts down', 'cleaned up']);
  assert.equal(server.handlers, 0);
  assert.equal((await reader.read()).length, 0);
  writer.close();
});

onBackends('shutdown: a cancel of it ends the grace time, not the shutdown', async () => {
  const entered = new Event();
  const server = await serve(async (reader) => {
    entered.set();
    await reader.read();
  });
  const [, writer] = await open(server);
  await entered.wait();
  const task = createTask(() => server.shutdown({ graceTime: 60_000 }));
  await sleep(5);
  task.cancel('hurry');
  await assert.rejects(task, CancelledError);
  assert.equal(server.handlers, 0);
  assert.equal(server.connections, 0);
  writer.close();
});

onBackends('shutdown: drops a connection whose peer takes nothing', async () => {
  const server = await serve(async (_, writer) => {
    for (;;) {
      writer.write(Buffer.alloc(65_536));
      await writer.drain();
    }
  });
  const [, writer] = await open(server);
  await until(() => server.handlers === 1);
  await arrivals();
  await server.shutdown({ graceTime: 10 });
  assert.equal(server.connections, 0);
  writer.transport.abort();
});

onBackends('shutdown: closes connections whose handlers have returned', async () => {
  const server = await serve(() => {});
  const [reader, writer] = await open(server);
  await until(() => server.connections === 1 && server.handlers === 0);
  const [one, two] = [createTask(() => server.shutdown()), createTask(() => server.shutdown())];
  assert.equal((await reader.read()).length, 0);
  await one;
  await two;
  await assert.rejects(server.startServing(), UsageError);
  writer.close();
});

onBackends('serveForever: with a grace time a cancel shuts the server down', async () => {
  const entered = new Event();
  const server = await serve(
    async (reader) => {
      entered.set();
      await reader.read();
    },
    { graceTime: 10 },
  );
  const task = createTask(() => server.serveForever());
  const [reader, writer] = await open(server);
  await entered.wait();
  task.cancel();
  await assert.rejects(task, CancelledError);
  assert.equal(server.handlers, 0);
  assert.equal(server.isServing(), false);
  assert.equal((await reader.read()).length, 0);
  writer.close();
});

onBackends('serveForever: without one it waits until the connections have ended', async () => {
  const server = await serve(echo);
  const task = createTask(() => server.serveForever());
  const client = await open(server);
  await exchange(client, 'before');
  task.cancel();
  await sleep(5);
  assert.equal(server.isServing(), false);
  assert.equal(task.done(), false);
  await exchange(client, 'after');
  client[1].close();
  await assert.rejects(task, CancelledError);
});

onBackends('asyncDispose: of a server shuts it down', async () => {
  const server = await serve(async (reader) => void (await reader.read()), { graceTime: 10 });
  const [reader, writer] = await open(server);
  await until(() => server.handlers === 1);
  await server[Symbol.asyncDispose]();
  assert.equal(server.connections, 0);
  assert.equal((await reader.read()).length, 0);
  writer.close();
});

onBackends('asyncDispose: of writer or reader closes the connection', async () => {
  const server = await serve(async (reader, writer) => {
    for await (const _ of reader.chunks());
    writer.close();
  });
  const [, writer] = await open(server);
  writer.write(Buffer.from('not read\n'));
  await writer[Symbol.asyncDispose]();
  const [reader] = await open(server);
  await reader[Symbol.asyncDispose]();
  assert.equal(reader.atEof(), true);
  await server.shutdown();
});

onBackends('maxConnections: so many are served, the others wait in the backlog', async () => {
  let most = 0;
  const server: StreamServer = await serve(
    async (reader, writer) => {
      most = Math.max(most, server.connections);
      await echo(reader, writer);
    },
    { maxConnections: 2 },
  );
  const clients: Stream[] = [];
  for (let i = 0; i < 6; i++) clients.push(await open(server));
  const answers: number[] = [];
  const tasks = clients.map((client, i) =>
    createTask(async () => {
      await exchange(client, String(i));
      answers.push(i);
    }),
  );
  await until(() => answers.length === 2);
  await arrivals();
  assert.equal(answers.length, 2);
  assert.equal(server.connections, 2);
  for (const [i, client] of clients.entries()) {
    await tasks[i];
    client[1].close();
    await client[1].waitClosed();
  }
  assert.deepEqual(
    answers.sort((a, b) => a - b),
    [0, 1, 2, 3, 4, 5],
  );
  assert.equal(most, 2);
  await server.shutdown();
});

onBackends('pauseAccepting: holds the others off until resumeAccepting, beside a limit', async () => {
  const server = await serve(echo, { maxConnections: 1 });
  const first = await open(server);
  await exchange(first, 'one');
  server.pauseAccepting();
  first[1].close();
  await first[1].waitClosed();
  const second = await open(server);
  const answered = createTask(() => exchange(second, 'two'));
  await arrivals();
  assert.equal(answered.done(), false);
  assert.equal(server.connections, 0);
  server.resumeAccepting();
  await answered;
  second[1].close();
  await server.shutdown();
});

onBackends(
  'connectionTimeout: cancels the handler of a connection that lasts too long, and closes it',
  async () => {
    const messages: string[] = [];
    const server = await serve(
      async (reader) => {
        try {
          await reader.read();
        } catch (error) {
          messages.push((error as Error).message);
          throw error;
        }
      },
      { connectionTimeout: 20 },
    );
    const [reader, writer] = await open(server);
    assert.equal((await reader.read()).length, 0);
    assert.deepEqual(messages, ['the deadline of the connection passed']);
    writer.close();
    const [, brief] = await open(server);
    brief.close();
    await brief.waitClosed();
    await server.shutdown();
  },
);

onBackends(
  'connectionTimeout: closes a connection whose handler has returned, or whose peer takes nothing',
  async () => {
    const server = await serve((_, writer) => writer.write(Buffer.alloc(20_000_000)), {
      connectionTimeout: 20,
    });
    const [, writer] = await open(server);
    await until(() => server.connections === 1);
    await until(() => server.connections === 0);
    writer.transport.abort();
    await server.shutdown();
  },
);

onBackends('server.port: the port that the system chose; none once it is closed', async () => {
  const server = await serve(echo);
  assert.equal(server.port, server.sockets[0]?.getsockname()[1]);
  await server.shutdown();
  assert.equal(server.port, undefined);
});

onBackends(
  'startServer: limits and times that make no sense are refused before anything is bound',
  async () => {
    for (const options of [
      { maxConnections: 0 },
      { maxConnections: 1.5 },
      { connectionTimeout: -1 },
      { graceTime: -1 },
      { limit: 0 },
    ]) {
      await assert.rejects(serve(echo, options), InvalidArgumentError);
    }
  },
);
