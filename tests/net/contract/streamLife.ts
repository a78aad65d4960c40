// The life of a stream transport: how it begins, in which order its protocol is told, how it ends.

import assert from 'node:assert/strict';
import { ContextVar, Future } from '../../../src/asyncio.ts';
import type { ContractCase } from './contract.ts';
import { fill, iterations, listen, withPair } from './pair.ts';
import { DataWitness } from './witness.ts';

export const streamLife: readonly ContractCase[] = [
  {
    name: 'connectionMade comes before the connection is handed out, and before data',
    run: async (world) => {
      const server = new DataWitness({ made: (transport) => transport.write(Buffer.from('at once')) });
      await withPair(
        world,
        async (client) => {
          assert.equal(client.calls[0], 'made');
          assert.equal(String(await client.bytes(7)), 'at once');
          assert.equal(client.transport.getProtocol(), client);
        },
        { server },
      );
    },
  },
  {
    name: 'a whole connection: made, data, end of data, lost',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        client.transport.write(Buffer.from('hello'));
        client.transport.close();
        assert.equal(await server.loss(), undefined);
        assert.equal(await client.loss(), undefined);
        assert.equal(String(server.received), 'hello');
        assert.ok(server.pieces.every((piece) => Buffer.isBuffer(piece)));
        assert.equal(server.story, 'made data eof lost');
        assert.equal(client.story, 'made lost');
      }),
  },
  {
    name: 'connectionLost comes from the loop, not from within close or abort',
    oneWay: 'a stream of the host is ended first, and says so in its own time',
    run: async (world) => {
      for (const method of ['close', 'abort'] as const) {
        await withPair(world, async (client) => {
          client.transport[method]();
          assert.equal(client.lost, false);
          assert.equal(client.transport.isClosing(), true);
          await iterations(2);
          assert.equal(client.lost, true);
        });
      }
    },
  },
  {
    name: 'connectionLost comes once, however often it is closed and aborted',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client) => {
        const { transport } = client;
        transport.close();
        transport.close();
        transport.abort();
        transport.abort();
        await client.loss();
        transport.close();
        transport.abort();
        await iterations(5);
        assert.equal(client.count('lost'), 1);
      }),
  },
  {
    name: 'close writes what is buffered first',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        server.transport.pauseReading();
        const size = fill(client.transport);
        client.transport.close();
        await iterations(5);
        assert.equal(client.lost, false);
        assert.ok(client.transport.getWriteBufferSize() > 0);
        server.transport.resumeReading();
        assert.equal(await client.loss(), undefined);
        await server.loss();
        assert.equal(server.size, size);
      }),
  },
  {
    name: 'abort throws away what is buffered, also after close',
    oneWay: true,
    run: async (world) => {
      for (const closesFirst of [false, true]) {
        await withPair(world, async (client, server) => {
          server.transport.pauseReading();
          fill(client.transport);
          if (closesFirst) client.transport.close();
          client.transport.abort();
          assert.equal(client.transport.getWriteBufferSize(), 0);
          assert.equal(await client.loss(), undefined);
          assert.equal(client.story.replace(' pause', ''), 'made lost');
        });
      }
    },
  },
  {
    name: 'nothing is received after close',
    run: (world) =>
      withPair(world, async (client, server) => {
        client.transport.close();
        server.transport.write(Buffer.from('too late'));
        await client.loss();
        assert.equal(client.size, 0);
      }),
  },
  {
    name: 'nothing is received while what is buffered is written after close',
    run: (world) =>
      withPair(world, async (client, server) => {
        server.transport.pauseReading();
        fill(client.transport);
        client.transport.close();
        assert.equal(client.transport.isReading(), false);
        server.transport.write(Buffer.from('too late'));
        await iterations(10);
        assert.equal(client.lost, false);
        assert.equal(client.size, 0);
        client.transport.abort();
        await client.loss();
        assert.equal(client.size, 0);
      }),
  },
  {
    name: 'a peer that resets after close is no error',
    run: (world) =>
      withPair(world, async (client, server) => {
        client.transport.close();
        server.transport.abort();
        assert.equal(await client.loss(), undefined);
      }),
  },
  {
    name: 'it can be closed and aborted in connectionMade',
    run: async (world) => {
      for (const method of ['close', 'abort'] as const) {
        const server = new DataWitness({ made: (transport) => transport[method]() });
        await withPair(
          world,
          async (client) => {
            await client.loss();
            assert.equal(await server.loss(), undefined);
            assert.equal(server.story, 'made lost');
          },
          { server },
        );
      }
    },
  },
  {
    name: 'a lost transport is closing, takes no bytes and forgets its protocol',
    run: (world) =>
      withPair(world, async (client) => {
        const { transport } = client;
        transport.abort();
        await client.loss();
        assert.equal(transport.isClosing(), true);
        assert.equal(transport.isReading(), false);
        transport.write(Buffer.from('nobody'));
        transport.writelines([Buffer.from('nobody')]);
        transport.pauseReading();
        transport.resumeReading();
        assert.equal(transport.getWriteBufferSize(), 0);
        assert.equal(transport.getProtocol(), undefined);
      }),
  },
  {
    name: 'getExtraInfo tells the addresses of both ends, and the fallback for what it does not know',
    run: (world) =>
      withPair(world, async (client, server) => {
        const [here, there] = [client.transport, server.transport];
        assert.notEqual(here.getExtraInfo('peername'), undefined);
        assert.deepEqual(here.getExtraInfo('peername'), there.getExtraInfo('sockname'));
        assert.deepEqual(here.getExtraInfo('sockname'), there.getExtraInfo('peername'));
        const socket = here.getExtraInfo<{ getsockname(): unknown }>('socket');
        assert.deepEqual(socket?.getsockname(), here.getExtraInfo('sockname'));
        assert.equal(here.getExtraInfo('sslObject'), undefined);
        assert.equal(here.getExtraInfo('no such thing', 'fallback'), 'fallback');
        here.abort();
        await client.loss();
        assert.deepEqual(here.getExtraInfo('peername'), there.getExtraInfo('sockname'));
      }),
  },
  {
    name: 'callbacks run in the context that the transport was made in',
    oneWay: true,
    run: async (world) => {
      const user = new ContextVar<string>('user', { default: 'nobody' });
      const seen: string[] = [];
      const see = (what: string) => (): void => void seen.push(`${what} ${user.get()}`);
      const client = new DataWitness({
        made: see('made'),
        data: see('data'),
        eof: see('eof'),
        lost: see('lost'),
      });
      user.set('ada');
      await withPair(
        world,
        async (_, server) => {
          user.set('somebody else');
          server.transport.write(Buffer.from('x'));
          server.transport.close();
          await client.loss();
        },
        { client, writes: 'server' },
      );
      assert.deepEqual(seen, ['made ada', 'data ada', 'eof ada', 'lost ada']);
    },
  },
  {
    name: 'a variable that a callback sets is not seen by another callback, nor by another connection',
    oneWay: true,
    run: async (world) => {
      for (const outside of [undefined, 'main'] as const) {
        const user = new ContextVar<string>('user', { default: 'nobody' });
        const seen: string[] = [];
        const set = (what: string) => (): void => {
          seen.push(user.get());
          user.set(what);
        };
        const deeds = { made: set('made'), data: set('data'), eof: set('eof'), lost: set('lost') };
        if (outside !== undefined) user.set(outside);
        for (const _ of [1, 2]) {
          const [client, server] = [new DataWitness(deeds), new DataWitness(deeds)];
          await withPair(
            world,
            async () => {
              server.transport.write(Buffer.from('x'));
              server.transport.close();
              await client.loss();
            },
            { client, server, writes: 'server' },
          );
        }
        assert.deepEqual(new Set(seen), new Set([outside ?? 'nobody']));
        assert.equal(user.get(), outside ?? 'nobody');
      }
    },
  },
  {
    name: 'what a callback caused runs before the next callback',
    oneWay: true,
    run: async (world) => {
      const order: string[] = [];
      const note = (what: string) => (): void => {
        order.push(what);
        void Promise.resolve()
          .then(() => Promise.resolve())
          .then(() => order.push(`after ${what}`));
      };
      const client = new DataWitness({ data: note('data'), eof: note('eof'), lost: note('lost') });
      await withPair(
        world,
        async (_, server) => {
          server.transport.write(Buffer.from('x'));
          server.transport.close();
          await client.loss();
          await iterations(1);
        },
        { client, writes: 'server' },
      );
      assert.deepEqual(order, ['data', 'after data', 'eof', 'after eof', 'lost', 'after lost']);
    },
  },
  {
    name: 'a server hands out one transport for each connection and knows when all are gone',
    run: async (world) => {
      const made: DataWitness[] = [];
      const all = new Future<void>();
      let count = 0;
      const place = await listen(world, () => {
        const witness = new DataWitness({ made: () => void (++count === 3 && all.setResult()) });
        made.push(witness);
        return witness;
      });
      const clients = [];
      for (let index = 0; index < 3; index++)
        clients.push((await place.connect(() => new DataWitness()))[1]);
      await all;
      for (const [index, client] of clients.entries()) client.transport.write(Buffer.from(`from ${index}`));
      for (const witness of made) await witness.bytes(6);
      assert.deepEqual(made.map((one) => String(one.received)).sort(), ['from 0', 'from 1', 'from 2']);
      place.server.close();
      assert.equal(
        made.some((one) => one.transport.isClosing()),
        false,
      );
      for (const client of clients) client.transport.close();
      await place.server.waitClosed();
      assert.equal(
        made.every((one) => one.lost),
        true,
      );
      for (const client of clients) await client.loss();
      place.remove();
    },
  },
];
