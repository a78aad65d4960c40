// Happy Eyeballs on real addresses: who wins, what becomes of the others, and that nothing of them is left.
// The harness counts descriptors and tasks after each test.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allTasks, createTask, ExceptionGroup, sleep } from '../../../src/asyncio.ts';
import type { EventLoop } from '../../../src/asyncio.ts';
import { ConnectionError, ConnectionRefusedError, osError, OSError } from '../../../src/base/osError.ts';
import type { ResolvedAddress } from '../../../src/net/backend.ts';
import { connectFailure } from '../../../src/net/connect/connectFailure.ts';
import { createConnection } from '../../../src/net/connect/createConnection.ts';
import type { CreateConnectionOptions } from '../../../src/net/connect/createConnection.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import { interleave } from '../../../src/net/connect/happyEyeballs.ts';
import type { AddressInfo } from '../../../src/net/address/numericAddress.ts';
import { selectorMissing } from '../../net/backends.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf, Echo, Recorder } from '../../net/recorder.ts';
import { closedPort, silentAddress } from '../../net/silentAddress.ts';
import { assertCancelled } from '../../outcome.ts';

const skip = selectorMissing;

interface Endpoint {
  host: string;
  port: number;
}

function lookUpAs(loop: EventLoop, endpoints: readonly Endpoint[]): void {
  const own = loop as { getaddrinfo?: unknown };
  own.getaddrinfo = async () =>
    endpoints.map(({ host, port }): AddressInfo => {
      const six = host.includes(':');
      return [six ? 10 : 2, 1, 6, '', six ? [host, port, 0, 0] : [host, port]];
    });
}

function connect(
  loop: EventLoop,
  options: CreateConnectionOptions,
): ReturnType<typeof createConnection<Recorder>> {
  return createConnection(loop, () => new Recorder(), 'example.com', 80, options);
}

async function echo(loop: EventLoop, host: string): Promise<Endpoint & { close(): Promise<void> }> {
  const server = await createServer(loop, () => new Echo(), host, 0);
  const close = async (): Promise<void> => {
    server.close();
    await server.waitClosed();
  };
  return { host, port: addressOf(server)[1], close };
}

onBackends(
  'happyEyeballsDelay: an address that does not answer is passed after the delay',
  async (loop) => {
    const silent = silentAddress('::1');
    const server = await echo(loop, '127.0.0.1');
    lookUpAs(loop, [silent, server]);
    const began = loop.time();
    const [transport, protocol] = await connect(loop, { happyEyeballsDelay: 20 });
    const took = loop.time() - began;
    assert.ok(took >= 20 && took < 1000, `${took} ms`);
    assert.deepEqual(transport.getExtraInfo('peername'), ['127.0.0.1', server.port]);
    assert.equal(allTasks().size, 1);
    transport.close();
    await protocol.lost;
    await server.close();
    silent.close();
  },
  { skip },
);

onBackends(
  'happyEyeballsDelay: a refusal starts the next attempt at once',
  async (loop) => {
    const closed = closedPort('::1');
    const server = await echo(loop, '127.0.0.1');
    lookUpAs(loop, [closed, server]);
    const began = loop.time();
    const [transport, protocol] = await connect(loop, { happyEyeballsDelay: 60_000 });
    assert.ok(loop.time() - began < 1000);
    transport.close();
    await protocol.lost;
    await server.close();
    closed.close();
  },
  { skip },
);

onBackends(
  'happyEyeballsDelay alternates the families, and interleave says how',
  async (loop) => {
    const server = await echo(loop, '127.0.0.1');
    const silents = [silentAddress('::1'), silentAddress('::1'), silentAddress('::1')];
    lookUpAs(loop, [...silents, server]);
    for (const [given, least, most] of [
      [undefined, 30, 59],
      [3, 90, 119],
    ] as const) {
      const began = loop.time();
      const [transport, protocol] = await connect(loop, { happyEyeballsDelay: 30, interleave: given });
      const took = loop.time() - began;
      // The upper mark is where one attempt more would have begun; a slow machine may pass it.
      assert.ok(took >= least, `${took} ms, expected from ${least} to ${most}`);
      transport.close();
      await protocol.lost;
    }
    await server.close();
    for (const silent of silents) silent.close();
  },
  { skip },
);

onBackends(
  'happyEyeballsDelay: all refused gives the errors in the order of the starts',
  async (loop) => {
    const closed = [closedPort('::1'), closedPort('127.0.0.1'), closedPort('127.0.0.2')];
    lookUpAs(loop, closed);
    const error = await connect(loop, { happyEyeballsDelay: 10, allErrors: true }).catch((e: unknown) => e);
    assert.ok(error instanceof ExceptionGroup);
    assert.deepEqual(
      error.errors.map((each) => (each as OSError).address),
      ['::1', '127.0.0.1', '127.0.0.2'],
    );
    const one = await connect(loop, { happyEyeballsDelay: 10 }).catch((e: unknown) => e);
    assert.ok(one instanceof ConnectionRefusedError);
    for (const each of closed) each.close();
  },
  { skip },
);

onBackends(
  'happyEyeballsDelay: a cancel while several attempts are under way leaves nothing',
  async (loop) => {
    const silents = [silentAddress('::1'), silentAddress('127.0.0.1'), silentAddress('127.0.0.2')];
    lookUpAs(loop, silents);
    for (const wait of [0, 1, 12, 30]) {
      const task = createTask(() => connect(loop, { happyEyeballsDelay: 10 }));
      await sleep(wait);
      task.cancel();
      await assertCancelled(task);
      assert.equal(allTasks().size, 1);
    }
    for (const silent of silents) silent.close();
  },
  { skip },
);

onBackends('happyEyeballsDelay 0: whoever wins, one connection is left', async (loop) => {
  let made = 0;
  let lost = 0;
  class Counting extends Recorder {
    override connectionMade(transport: never): void {
      super.connectionMade(transport);
      made++;
    }
    override connectionLost(error: unknown): void {
      super.connectionLost(error);
      lost++;
    }
  }
  const servers = await Promise.all(
    ['127.0.0.1', '127.0.0.2', '127.0.0.3'].map((host) =>
      createServer(loop, () => new Counting(), host, 0),
    ),
  );
  lookUpAs(
    loop,
    servers.map((server) => ({ host: addressOf(server)[0], port: addressOf(server)[1] })),
  );
  for (let round = 0; round < 20; round++) {
    const [transport, protocol] = await connect(loop, { happyEyeballsDelay: 0 });
    transport.close();
    await protocol.lost;
  }
  for (const server of servers) {
    server.close();
    await server.waitClosed();
  }
  assert.equal(made, lost);
  assert.ok(made >= 20);
});

test('interleave alternates families, and lets several of the first come first', () => {
  const addresses = ['a6', 'b6', 'c6', 'd4', 'e4'].map((name): ResolvedAddress => ({
    family: name[1] === '6' ? 6 : 4,
    address: [name, 0],
  }));
  const names = (list: readonly ResolvedAddress[]): unknown[] => list.map(({ address }) => address[0]);
  assert.deepEqual(names(interleave(addresses)), ['a6', 'd4', 'b6', 'e4', 'c6']);
  assert.deepEqual(names(interleave(addresses, 2)), ['a6', 'b6', 'd4', 'c6', 'e4']);
  assert.deepEqual(names(interleave(addresses, 9)), ['a6', 'b6', 'c6', 'd4', 'e4']);
  assert.deepEqual(interleave([]), []);
});

test('connectFailure has the class that the failures share', () => {
  const make = (code: string, address: string): OSError =>
    osError({ errno: 1, code, syscall: 'connect', address });
  const refused = connectFailure([make('ECONNREFUSED', 'a'), make('ECONNREFUSED', 'b')], false);
  assert.ok(refused instanceof ConnectionRefusedError);
  const mixed = connectFailure([make('ECONNREFUSED', 'a'), make('ECONNRESET', 'b')], false);
  assert.ok(mixed instanceof ConnectionError && !(mixed instanceof ConnectionRefusedError));
  assert.equal(mixed.code, 'ERR_ASYNCIO_MULTIPLE_ERRORS');
  const any = connectFailure([make('ECONNREFUSED', 'a'), make('ENETUNREACH', 'b')], false);
  assert.ok(any instanceof OSError && !(any instanceof ConnectionError));
  assert.match(any.message, /^Multiple exceptions: connect a: .*, connect b: /);
});
