// Reading: pausing without loss, the end of data, both kinds of protocol, and a change of protocol.

import assert from 'node:assert/strict';
import { notOnDeno } from './contract.ts';
import type { ContractCase } from './contract.ts';
import { fill, iterations, pattern, withPair } from './pair.ts';
import { BufferWitness, DataWitness } from './witness.ts';

export const streamReading: readonly ContractCase[] = [
  {
    name: 'pauseReading in connectionMade: nothing comes until resumeReading',
    oneWay: true,
    run: async (world) => {
      const server = new DataWitness({ made: (transport) => transport.pauseReading() });
      await withPair(
        world,
        async (client) => {
          assert.equal(server.transport.isReading(), false);
          client.transport.write(Buffer.from('wait'));
          await iterations(20);
          assert.equal(server.size, 0);
          server.transport.resumeReading();
          assert.equal(server.transport.isReading(), true);
          assert.equal(String(await server.bytes(4)), 'wait');
          server.transport.close();
          assert.equal(server.transport.isReading(), false);
        },
        { server },
      );
    },
  },
  {
    name: 'pauseReading in dataReceived: no further call until resumeReading, and no byte is lost',
    oneWay: true,
    run: async (world) => {
      const all = pattern(3_000_000);
      const server = new DataWitness({ data: () => server.transport.pauseReading() });
      await withPair(
        world,
        async (client) => {
          client.transport.write(all);
          client.transport.close();
          while (server.size < all.length) {
            const before = server.count('data');
            await server.until(() => server.count('data') > before);
            await iterations(3);
            assert.equal(server.count('data'), before + 1);
            server.transport.resumeReading();
          }
          await server.loss();
          assert.ok(server.received.equals(all));
        },
        { server },
      );
    },
  },
  {
    name: 'pauseReading and resumeReading may be called again and again',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = server;
        assert.equal(transport.isReading(), true);
        transport.pauseReading();
        transport.pauseReading();
        assert.equal(transport.isReading(), false);
        transport.resumeReading();
        assert.equal(transport.isReading(), true);
        transport.resumeReading();
        client.transport.write(Buffer.from('x'));
        await server.bytes(1);
        transport.pauseReading();
        transport.close();
        transport.resumeReading();
        assert.equal(transport.isReading(), false);
        await server.loss();
      }),
  },
  {
    name: 'the end of data waits too while reading is paused',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        server.transport.pauseReading();
        client.transport.write(Buffer.from('last words'));
        client.transport.close();
        await client.loss();
        await iterations(20);
        assert.equal(server.story, 'made');
        server.transport.resumeReading();
        await server.loss();
        assert.equal(server.story, 'made data eof lost');
      }),
  },
  {
    name: 'eofReceived that answers true keeps the other half open',
    run: async (world) => {
      const server = new DataWitness({ eof: () => true });
      await withPair(
        world,
        async (client) => {
          client.transport.write(Buffer.from('question'));
          client.transport.writeEof();
          await server.until(() => server.count('eof') === 1);
          await iterations(5);
          assert.equal(server.transport.isClosing(), false);
          server.transport.write(Buffer.from('answer'));
          assert.equal(String(await client.bytes(6)), 'answer');
          server.transport.close();
          assert.equal(await client.loss(), undefined);
          assert.equal(client.story, 'made data eof lost');
          assert.equal(server.story, 'made data eof lost');
        },
        { server },
      );
    },
  },
  {
    name: 'eofReceived that answers anything but true closes, after what is buffered was written',
    skip: notOnDeno('breaks off a write (EPIPE) when the peer ends its half meanwhile'),
    run: async (world) => {
      const server = new DataWitness({ made: (transport) => transport.pauseReading() });
      await withPair(
        world,
        async (client) => {
          client.transport.pauseReading();
          const size = fill(server.transport);
          client.transport.writeEof();
          server.transport.resumeReading();
          await server.until(() => server.count('eof') === 1);
          client.transport.resumeReading();
          assert.equal(await server.loss(), undefined);
          await client.loss();
          assert.equal(client.size, size);
        },
        { server },
      );
    },
  },
  {
    name: 'a transport of which both halves have ended stays until it is closed',
    run: async (world) => {
      const [client, server] = [new DataWitness({ eof: () => true }), new DataWitness({ eof: () => true })];
      await withPair(
        world,
        async () => {
          client.transport.writeEof();
          server.transport.writeEof();
          await client.until(() => client.count('eof') === 1);
          await server.until(() => server.count('eof') === 1);
          await iterations(20);
          assert.equal(client.lost || server.lost, false);
          assert.equal(client.transport.isClosing(), false);
          client.transport.close();
          assert.equal(await client.loss(), undefined);
          assert.equal(server.lost, false);
          server.transport.close();
          assert.equal(await server.loss(), undefined);
        },
        { client, server },
      );
    },
  },
  {
    name: 'BufferedProtocol: every byte comes once, in order, through a buffer smaller than what is sent',
    run: async (world) => {
      const all = pattern(300_000);
      const server = new BufferWitness(1000);
      await withPair(
        world,
        async (client) => {
          client.transport.write(all);
          client.transport.close();
          assert.equal(await server.loss(), undefined);
          assert.ok(server.received.equals(all));
          assert.ok(server.hints.every((hint) => hint === -1 || hint > 0));
        },
        { server },
      );
    },
  },
  {
    name: 'BufferedProtocol: pauseReading in bufferUpdated stops at once, and no byte is lost',
    run: async (world) => {
      const all = pattern(5000);
      const server = new BufferWitness(1000, { data: () => server.transport.pauseReading() });
      await withPair(
        world,
        async (client) => {
          client.transport.write(all);
          client.transport.close();
          for (let count = 1; server.size < all.length; count++) {
            await server.until(() => server.count('data') >= count);
            await iterations(3);
            assert.equal(server.count('data'), count);
            server.transport.resumeReading();
          }
          await server.loss();
          assert.ok(server.received.equals(all));
        },
        { server },
      );
    },
  },
  {
    name: 'BufferedProtocol: the end of data comes as for others, and true keeps the other half open',
    run: async (world) => {
      const server = new BufferWitness(100, { eof: () => true });
      await withPair(
        world,
        async (client) => {
          client.transport.writeEof();
          await server.until(() => server.count('eof') === 1);
          server.transport.write(Buffer.from('still here'));
          assert.equal(String(await client.bytes(10)), 'still here');
        },
        { server },
      );
    },
  },
  {
    name: 'setProtocol in mid-stream: what comes next goes to the new protocol, of either kind',
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = server;
        client.transport.write(Buffer.from('one'));
        await server.bytes(3);
        const second = new BufferWitness(100);
        second.calls.push('made');
        transport.setProtocol(second);
        assert.equal(transport.getProtocol(), second);
        client.transport.write(Buffer.from('two'));
        assert.equal(String(await second.bytes(3)), 'two');
        const third = new DataWitness();
        third.calls.push('made');
        transport.setProtocol(third);
        client.transport.write(Buffer.from('three'));
        assert.equal(String(await third.bytes(5)), 'three');
        assert.equal(String(server.received), 'one');
        transport.abort();
        await third.loss();
        assert.equal(server.lost || second.lost, false);
        server.connectionLost(undefined);
      }),
  },
  {
    name: 'setProtocol in dataReceived: the rest goes to the new protocol',
    oneWay: true,
    run: async (world) => {
      const all = pattern(1_000_000);
      const second = new DataWitness();
      second.calls.push('made');
      const server = new DataWitness({ data: () => server.transport.setProtocol(second) });
      await withPair(
        world,
        async (client) => {
          client.transport.write(all);
          client.transport.close();
          assert.equal(await second.loss(), undefined);
          assert.equal(server.count('data'), 1);
          assert.ok(Buffer.concat([server.received, second.received]).equals(all));
          server.connectionLost(undefined);
        },
        { server },
      );
    },
  },
];
