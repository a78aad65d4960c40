// Writing: bytes in order, the marks of the write buffer, ending our half, and memory that stays bounded.

import assert from 'node:assert/strict';
import { InvalidArgumentError, UsageError } from '../../../src/asyncio.ts';
import type { ContractCase } from './contract.ts';
import { fill, iterations, pattern, withPair } from './pair.ts';
import { DataWitness } from './witness.ts';

export const streamWriting: readonly ContractCase[] = [
  {
    name: 'write and writelines: everything arrives in the order it was written',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        transport.write(Buffer.from('a'));
        transport.write(new Uint8Array(0));
        transport.writelines([Buffer.from('b'), new Uint8Array(0), new Uint8Array([99])]);
        transport.writelines([]);
        transport.writelines(new Set([Buffer.from('d')]));
        transport.write(new Uint8Array(Buffer.from('xex')).subarray(1, 2));
        transport.close();
        await server.loss();
        assert.equal(String(server.received), 'abcde');
      }),
  },
  {
    name: 'write leaves the bytes that it is given as they are, also those that must wait',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        const given = pattern(100_000);
        server.transport.pauseReading();
        const size = fill(transport);
        transport.write(given);
        transport.writelines([given.subarray(7)]);
        transport.close();
        server.transport.resumeReading();
        await server.loss();
        const whole = pattern(100_000);
        assert.ok(given.equals(whole));
        assert.ok(server.received.subarray(size).equals(Buffer.concat([whole, whole.subarray(7)])));
      }),
  },
  {
    name: 'no bytes change nothing of what is buffered, others go behind it',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        server.transport.pauseReading();
        const written = fill(transport);
        const size = transport.getWriteBufferSize();
        transport.write(new Uint8Array(0));
        transport.writelines([new Uint8Array(0)]);
        assert.equal(transport.getWriteBufferSize(), size);
        transport.write(Buffer.from('behind'));
        assert.equal(transport.getWriteBufferSize(), size + 6);
        transport.close();
        server.transport.resumeReading();
        await server.loss();
        assert.equal(server.size, written + 6);
        assert.equal(String(server.received.subarray(-6)), 'behind');
      }),
  },
  {
    name: 'write and writelines take bytes only, and nothing of a list with a wrong piece',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        for (const wrong of ['text', 1, null, undefined, [1, 2], new ArrayBuffer(3)]) {
          assert.throws(() => transport.write(wrong as never), InvalidArgumentError);
          assert.throws(() => transport.writelines([Buffer.from('no'), wrong as never]), TypeError);
        }
        transport.write(Buffer.from('yes'));
        transport.close();
        await server.loss();
        assert.equal(String(server.received), 'yes');
      }),
  },
  {
    name: 'writeEof: what is buffered is sent first, then the end; writing is refused from then on',
    run: async (world) => {
      const server = new DataWitness({ made: (transport) => transport.pauseReading(), eof: () => true });
      await withPair(
        world,
        async (client) => {
          const { transport } = client;
          assert.equal(transport.canWriteEof(), true);
          const size = fill(transport);
          transport.writeEof();
          transport.writeEof();
          assert.throws(() => transport.write(Buffer.from('x')), UsageError);
          assert.throws(() => transport.writelines([Buffer.from('x')]), UsageError);
          assert.equal(transport.isClosing(), false);
          server.transport.resumeReading();
          await server.until(() => server.count('eof') === 1);
          assert.equal(server.size, size);
          server.transport.write(Buffer.from('reply'));
          await client.bytes(5);
        },
        { server },
      );
    },
  },
  {
    name: 'writeEof after close does nothing',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client) => {
        client.transport.close();
        client.transport.writeEof();
        assert.equal(await client.loss(), undefined);
      }),
  },
  {
    name: 'write limits: 65,536 and a quarter by default; one alone sets the other; wrong ones are refused',
    oneWay: true,
    run: (world) =>
      withPair(world, async ({ transport }) => {
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 16_384, high: 65_536 });
        transport.setWriteBufferLimits({ high: 1000 });
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 250, high: 1000 });
        transport.setWriteBufferLimits({ low: 300 });
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 300, high: 1200 });
        transport.setWriteBufferLimits({ high: 10, low: 10 });
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 10, high: 10 });
        assert.throws(() => transport.setWriteBufferLimits({ high: 5, low: 6 }), InvalidArgumentError);
        assert.throws(() => transport.setWriteBufferLimits({ high: -1 }), InvalidArgumentError);
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 10, high: 10 });
        transport.setWriteBufferLimits();
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 16_384, high: 65_536 });
      }),
  },
  {
    name: 'pauseWriting comes strictly above the high mark, from within write, once',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        server.transport.pauseReading();
        transport.setWriteBufferLimits({ high: 1 << 30 });
        fill(transport);
        const size = transport.getWriteBufferSize();
        transport.setWriteBufferLimits({ high: size + 10, low: 0 });
        transport.write(Buffer.alloc(10));
        assert.equal(transport.getWriteBufferSize(), size + 10);
        assert.equal(client.count('pause'), 0);
        transport.write(Buffer.alloc(1));
        assert.equal(client.count('pause'), 1);
        transport.write(Buffer.alloc(1));
        transport.writelines([Buffer.alloc(1), Buffer.alloc(1)]);
        assert.equal(client.count('pause'), 1);
        assert.equal(transport.getWriteBufferSize(), size + 14);
      }),
  },
  {
    name: 'what the system takes at once pauses nothing, though it is more than the high mark',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        transport.setWriteBufferLimits({ high: 4 });
        transport.write(Buffer.from('very large data'));
        transport.writelines([Buffer.from('very '), Buffer.from('large data')]);
        assert.equal(transport.getWriteBufferSize(), 0);
        await server.bytes(30);
        assert.deepEqual(client.calls, ['made']);
      }),
  },
  {
    name: 'writelines pauses the protocol as write does',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        server.transport.pauseReading();
        transport.setWriteBufferLimits({ high: 1 << 30 });
        fill(transport);
        transport.setWriteBufferLimits({ high: transport.getWriteBufferSize() + 2 });
        transport.writelines([Buffer.alloc(1), Buffer.alloc(1)]);
        assert.equal(client.count('pause'), 0);
        transport.writelines([Buffer.alloc(1), Buffer.alloc(1)]);
        assert.equal(client.count('pause'), 1);
      }),
  },
  {
    name: 'resumeWriting comes at or below the low mark, once for each pause',
    oneWay: true,
    run: async (world) => {
      const sizes: number[] = [];
      const client = new DataWitness({
        resume: () => void sizes.push(client.transport.getWriteBufferSize()),
      });
      await withPair(
        world,
        async (_, server) => {
          const { transport } = client;
          for (const low of [0, 1000, 30_000]) {
            server.transport.pauseReading();
            transport.setWriteBufferLimits({ high: 40_000, low });
            while (client.count('pause') <= sizes.length) transport.write(Buffer.alloc(10_000));
            await iterations(5);
            server.transport.resumeReading();
            const before = sizes.length;
            await client.until(() => sizes.length > before);
            assert.ok((sizes.at(-1) as number) <= low, `${String(sizes.at(-1))} is above ${low}`);
          }
          await iterations(5);
          assert.deepEqual(client.calls.slice(1), [
            'pause',
            'resume',
            'pause',
            'resume',
            'pause',
            'resume',
          ]);
        },
        { client },
      );
    },
  },
  {
    name: 'a high mark of 0 pauses whenever something is buffered, and resumes at 0',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        server.transport.pauseReading();
        transport.setWriteBufferLimits({ high: 0 });
        fill(transport);
        assert.equal(client.count('pause'), 1);
        server.transport.resumeReading();
        await client.until(() => client.count('resume') === 1);
        assert.equal(transport.getWriteBufferSize(), 0);
      }),
  },
  {
    name: 'setWriteBufferLimits below what is buffered pauses at once',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        server.transport.pauseReading();
        transport.setWriteBufferLimits({ high: 1 << 30 });
        fill(transport);
        assert.equal(client.count('pause'), 0);
        transport.setWriteBufferLimits({ high: transport.getWriteBufferSize() - 1 });
        assert.equal(client.count('pause'), 1);
      }),
  },
  {
    name: 'bytes that are written in resumeWriting while it closes are sent too',
    run: async (world) => {
      const client = new DataWitness({
        resume: () => void (client.count('resume') === 1 && client.transport.write(Buffer.from('last'))),
      });
      const server = new DataWitness({ made: (transport) => transport.pauseReading() });
      await withPair(
        world,
        async () => {
          client.transport.setWriteBufferLimits({ high: 0 });
          const size = fill(client.transport);
          client.transport.close();
          server.transport.resumeReading();
          assert.equal(await client.loss(), undefined);
          await server.loss();
          assert.equal(server.size, size + 4);
          assert.equal(String(server.received.subarray(-4)), 'last');
        },
        { client, server },
      );
    },
  },
  {
    name: 'a slow reader: 12 MB arrive in order, and the buffer never holds more than the mark and a piece',
    oneWay: true,
    run: async (world) => {
      const all = pattern(12_000_000);
      const server = new DataWitness({ data: () => server.transport.pauseReading() });
      let most = 0;
      await withPair(
        world,
        async (client) => {
          const { transport } = client;
          const writing = async (): Promise<void> => {
            for (let at = 0; at < all.length; at += 50_000) {
              transport.write(all.subarray(at, at + 50_000));
              most = Math.max(most, transport.getWriteBufferSize());
              await client.until(() => client.count('pause') === client.count('resume'));
            }
            transport.close();
          };
          const reading = async (): Promise<void> => {
            for (let pieces = 1; !server.lost; pieces++) {
              await server.until(() => server.pieces.length >= pieces || server.lost);
              await iterations(3);
              server.transport.resumeReading();
            }
          };
          await Promise.all([writing(), reading()]);
          assert.ok(server.received.equals(all));
          assert.ok(most <= 65_536 + 50_000, `${most} bytes were buffered`);
        },
        { server },
      );
    },
  },
  {
    name: 'both directions at once: each end echoes a megabyte of the other',
    run: async (world) => {
      const all = pattern(1_000_000);
      const server = new DataWitness({ data: (chunk) => server.transport.write(chunk) });
      await withPair(
        world,
        async (client) => {
          for (let at = 0; at < all.length; at += 33_333)
            client.transport.write(all.subarray(at, at + 33_333));
          assert.ok((await client.bytes(all.length)).equals(all));
        },
        { server },
      );
    },
  },
];
