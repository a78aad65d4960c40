// openConnection cancelled in every state: during the look-up, while it connects, with several attempts under
// way, in the handshake, and right before it is done. The moments are drawn from a seed. The harness counts
// what is left: descriptors, timers, tasks.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { allTasks, createTask, sleep } from '../../../src/asyncio.ts';
import type { EventLoop, Task } from '../../../src/asyncio.ts';
import { createServer } from '../../../src/net/serve/createServer.ts';
import type { AddressInfo } from '../../../src/net/address/numericAddress.ts';
import { openConnection } from '../../../src/net/connect/openConnection.ts';
import type { Stream } from '../../../src/net/connect/openConnection.ts';
import { Random } from '../../../src/testing/random.ts';
import { selectorMissing } from '../backends.ts';
import { onBackends } from '../onBackends.ts';
import { addressOf, Recorder } from '../recorder.ts';
import { silentAddress } from '../silentAddress.ts';
import type { Silent } from '../silentAddress.ts';

const ROUNDS = 60;

type Attempt = () => Promise<Stream>;

/** Starts the attempt, lets the loop turn a random number of times, and cancels. */
async function cancelled(attempt: Attempt, random: Random): Promise<'cancelled' | 'connected'> {
  const task: Task<Stream> = createTask(attempt);
  const turns = random.int(14);
  for (let turn = 0; turn < turns; turn++) await sleep(0);
  if (random.int(3) === 0) await sleep(random.int(8));
  const late = !task.cancel();
  const outcome = await task.then(
    (stream) => stream,
    (error: unknown) => error as Error,
  );
  assert.equal(allTasks().size, 1);
  if (outcome instanceof Error) {
    assert.equal(outcome.name, 'CancelledError', String(outcome));
    return 'cancelled';
  }
  assert.ok(late, 'a connection in spite of the cancel');
  const [, writer] = outcome;
  writer.close();
  await writer.waitClosed();
  return 'connected';
}

function staggered(loop: EventLoop, addresses: readonly { host: string; port: number }[]): void {
  (loop as { getaddrinfo?: unknown }).getaddrinfo = async () => {
    await sleep(0);
    return addresses.map(({ host, port }): AddressInfo =>
      host.includes(':') ? [10, 1, 6, '', [host, port, 0, 0]] : [2, 1, 6, '', [host, port]],
    );
  };
}

for (const seed of [1, 2, 3]) {
  onBackends(`openConnection cancelled at a random moment leaves nothing (seed ${seed})`, async (loop) => {
    const random = new Random(seed);
    const server = await createServer(loop, () => new Recorder(), '127.0.0.1', 0);
    const [host, port] = addressOf(server);
    const silents: Silent[] = selectorMissing
      ? []
      : [silentAddress('127.0.0.1'), silentAddress('::1'), silentAddress('127.0.0.2')];
    const tls = { ssl: true, serverHostname: '' };
    const attempts: Attempt[] = [
      () => openConnection('localhost', port, { family: 4 }),
      () => openConnection(host, port),
      // This server never answers a handshake.
      () => openConnection(host, port, tls),
    ];
    const [silent] = silents;
    if (silent !== undefined) attempts.push(() => openConnection(silent.host, silent.port));
    const seen = { cancelled: 0, connected: 0 };
    for (let round = 0; round < ROUNDS; round++) {
      seen[await cancelled(attempts[random.int(attempts.length)] as Attempt, random)]++;
    }
    staggered(loop, [...silents, { host, port }]);
    for (let round = 0; round < ROUNDS; round++) {
      const happyEyeballsDelay = random.int(4);
      seen[await cancelled(() => openConnection('several', 80, { happyEyeballsDelay }), random)]++;
    }
    assert.ok(seen.cancelled > 20 && seen.connected > 0, JSON.stringify(seen));
    for (const each of silents) each.close();
    server.close();
    server.closeClients();
    await server.waitClosed();
  });
}
