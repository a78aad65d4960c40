// The contract of listening and connecting.

import assert from 'node:assert/strict';
import {
  AddressInUseError,
  ConnectionRefusedError,
  createTask,
  FileNotFoundError,
  isCancelled,
} from '../../../src/asyncio.ts';
import { addressOf } from '../recorder.ts';
import type { ContractCase } from './contract.ts';
import { fill, iterations, listen } from './pair.ts';
import type { Place } from './pair.ts';
import { DataWitness } from './witness.ts';

/** A server whose protocols are kept, for `body`; afterwards everything is gone. */
async function serving(
  world: Parameters<ContractCase['run']>[0],
  body: (place: Place, accepted: DataWitness[]) => Promise<void>,
  makeProtocol: () => DataWitness = () => new DataWitness(),
): Promise<void> {
  const accepted: DataWitness[] = [];
  const place = await listen(world, () => {
    const witness = makeProtocol();
    accepted.push(witness);
    return witness;
  });
  try {
    await body(place, accepted);
  } finally {
    place.server.close();
    place.server.abortClients();
    await place.server.waitClosed();
    place.remove();
  }
}

/** Connects, and waits until the server knows. */
async function connected(place: Place, accepted: DataWitness[]): Promise<[DataWitness, DataWitness]> {
  const before = accepted.length;
  const [, client] = await place.connect(() => new DataWitness());
  while (accepted.length === before) await iterations(1);
  const witness = accepted[before] as DataWitness;
  await witness.until(() => witness.calls.length > 0);
  return [client, witness];
}

export const server: readonly ContractCase[] = [
  {
    name: 'a server that is closed refuses connections; those it has go on',
    run: (world) =>
      serving(world, async (place, accepted) => {
        const [client, witness] = await connected(place, accepted);
        assert.equal(place.server.isServing(), true);
        place.server.close();
        assert.equal(place.server.isServing(), false);
        assert.deepEqual(place.server.sockets, []);
        await assert.rejects(
          place.connect(() => new DataWitness()),
          (error: unknown) => {
            assert.ok(error instanceof ConnectionRefusedError || error instanceof FileNotFoundError);
            assert.equal(typeof error.address, 'string');
            return true;
          },
        );
        client.transport.write(Buffer.from('still'));
        assert.equal(String(await witness.bytes(5)), 'still');
        client.transport.close();
        await client.loss();
      }),
  },
  {
    name: 'a server that is closed leaves another one alone',
    run: (world) =>
      serving(world, (place, accepted) =>
        serving(world, async (other) => {
          other.server.close();
          await other.server.waitClosed();
          assert.equal(place.server.isServing(), true);
          const [client, witness] = await connected(place, accepted);
          client.transport.write(Buffer.from('here'));
          assert.equal(String(await witness.bytes(4)), 'here');
          client.transport.close();
          await client.loss();
        }),
      ),
  },
  {
    name: 'waitClosed waits for the last connection',
    run: (world) =>
      serving(world, async (place, accepted) => {
        const [client, witness] = await connected(place, accepted);
        place.server.close();
        const waiting = createTask(() => place.server.waitClosed());
        await iterations(10);
        assert.equal(waiting.done(), false);
        client.transport.close();
        await waiting;
        assert.equal(witness.lost, true);
        await client.loss();
      }),
  },
  {
    name: 'closeClients writes what is buffered, abortClients throws it away',
    run: async (world) => {
      for (const method of ['closeClients', 'abortClients'] as const) {
        await serving(world, async (place, accepted) => {
          const [client, witness] = await connected(place, accepted);
          client.transport.pauseReading();
          const size = fill(witness.transport);
          place.server[method]();
          client.transport.resumeReading();
          assert.equal(await witness.loss(), undefined);
          await client.loss();
          if (method === 'closeClients') assert.equal(client.size, size);
          else assert.ok(client.size < size);
        });
      }
    },
  },
  {
    name: 'fifty connections at once: each has a transport of its own, and none is mixed up',
    run: (world) =>
      serving(
        world,
        async (place) => {
          const clients = await Promise.all(
            Array.from({ length: 50 }, () => place.connect(() => new DataWitness())),
          );
          for (const [index, [transport]] of clients.entries())
            transport.write(Buffer.from(`number ${index};`));
          for (const [index, [transport, client]] of clients.entries()) {
            const expected = `number ${index};`;
            assert.equal(String(await client.bytes(expected.length)), expected);
            transport.close();
          }
          for (const [, client] of clients) await client.loss();
        },
        () => {
          const echo: DataWitness = new DataWitness({ data: (chunk) => echo.transport.write(chunk) });
          return echo;
        },
      ),
  },
  {
    name: 'a connection attempt that is cancelled leaves nothing',
    run: (world) =>
      serving(world, async (place, accepted) => {
        for (const patience of [0, 1, 2, 3]) {
          const client = new DataWitness();
          const attempt = createTask(() => place.connect(() => client));
          await iterations(patience);
          // It may have come about by then.
          if (attempt.cancel()) await assert.rejects(attempt, isCancelled);
          else client.transport.abort();
          if (client.calls.length > 0) await client.loss();
        }
        await connected(place, accepted).then(([client]) => client.transport.abort());
        for (const witness of accepted) await witness.loss();
      }),
  },
  {
    name: 'an address in use: AddressInUseError that names it',
    skip: ({ carrier }) => carrier === 'unix' && 'a path is taken over from a server that is gone',
    run: (world) =>
      serving(world, async (place) => {
        const [host, port] = addressOf(place.server);
        await assert.rejects(
          world.loop.createServer(() => new DataWitness(), host, port),
          (error: unknown) => {
            assert.ok(error instanceof AddressInUseError);
            assert.equal(error.code, 'EADDRINUSE');
            assert.deepEqual([error.address, error.port], [host, port]);
            return true;
          },
        );
      }),
  },
];
