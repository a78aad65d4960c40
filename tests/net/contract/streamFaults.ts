// What goes wrong: peers that reset, protocols that throw, bytes for a connection that is lost.

import assert from 'node:assert/strict';
import { ConnectionError, UsageError } from '../../../src/asyncio.ts';
import type { ContractCase } from './contract.ts';
import { fill, iterations, listen, withPair } from './pair.ts';
import { BufferWitness, DataWitness } from './witness.ts';

/** A deed that throws. */
function fault(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

export const streamFaults: readonly ContractCase[] = [
  {
    name: 'a peer that resets: connectionLost with the class of the error, and no report',
    run: (world) =>
      withPair(world, async (client, server) => {
        server.transport.pauseReading();
        client.transport.write(Buffer.from('never read'));
        await iterations(3);
        server.transport.abort();
        const error = await client.loss();
        assert.ok(error instanceof ConnectionError, String(error));
        assert.match(error.code, /^E(CONNRESET|PIPE)$/);
        assert.ok(error.errno > 0);
        assert.equal(client.transport.isClosing(), true);
      }),
  },
  {
    name: 'a peer that resets while bytes are buffered: connectionLost once, the buffer is empty',
    run: (world) =>
      withPair(world, async (client, server) => {
        server.transport.pauseReading();
        fill(client.transport);
        server.transport.abort();
        assert.ok((await client.loss()) instanceof ConnectionError);
        assert.equal(client.transport.getWriteBufferSize(), 0);
        await iterations(5);
        assert.equal(client.count('lost'), 1);
      }),
  },
  {
    name: 'bytes that are written after the loss are dropped; a warning comes after the fifth',
    run: async (world) => {
      world.expectReport('bytes are written to a lost connection');
      await withPair(world, async (client) => {
        client.transport.abort();
        for (let count = 0; count < 10; count++) client.transport.write(Buffer.from('x'));
        assert.equal(client.transport.getWriteBufferSize(), 0);
        assert.equal(await client.loss(), undefined);
      });
    },
  },
  {
    name: 'writelines counts as write does after the loss',
    run: async (world) => {
      world.expectReport('bytes are written to a lost connection');
      await withPair(world, async (client) => {
        client.transport.abort();
        for (let count = 0; count < 10; count++) client.transport.writelines([Buffer.from('x')]);
        assert.equal(client.transport.getWriteBufferSize(), 0);
        assert.equal(await client.loss(), undefined);
      });
    },
  },
  {
    name: 'BufferedProtocol: a peer that resets ends it as for others',
    run: async (world) => {
      const client = new BufferWitness(100);
      await withPair(
        world,
        async (_, server) => {
          server.transport.pauseReading();
          client.transport.write(Buffer.from('never read'));
          await iterations(3);
          server.transport.abort();
          assert.ok((await client.loss()) instanceof ConnectionError);
        },
        { client },
      );
    },
  },
  {
    name: 'BufferedProtocol: eofReceived that throws is reported as for others',
    run: async (world) => {
      world.expectReport('Fatal error: protocol.eofReceived() call failed.');
      const server = new BufferWitness(100, { eof: fault('bad end') });
      await withPair(
        world,
        async (client) => {
          client.transport.writeEof();
          assert.equal(((await server.loss()) as Error).message, 'bad end');
        },
        { server },
      );
    },
  },
  {
    name: 'dataReceived that throws: reported, connectionLost with that error',
    run: async (world) => {
      world.expectReport('Fatal error: protocol.dataReceived() call failed.');
      const server = new DataWitness({ data: fault('bad data') });
      await withPair(
        world,
        async (client) => {
          client.transport.write(Buffer.from('x'));
          assert.equal(((await server.loss()) as Error).message, 'bad data');
          await client.loss();
        },
        { server },
      );
    },
  },
  {
    name: 'eofReceived that throws: reported, connectionLost with that error',
    run: async (world) => {
      world.expectReport('Fatal error: protocol.eofReceived() call failed.');
      const server = new DataWitness({ eof: fault('bad end') });
      await withPair(
        world,
        async (client) => {
          client.transport.writeEof();
          assert.equal(((await server.loss()) as Error).message, 'bad end');
        },
        { server },
      );
    },
  },
  {
    name: 'getBuffer that throws or gives an empty buffer: reported, connectionLost with the error',
    run: async (world) => {
      world.expectReport('Fatal error: protocol.getBuffer() call failed.');
      const thrower = new BufferWitness(10);
      thrower.getBuffer = fault('no buffer');
      const empty = new BufferWitness(0);
      for (const server of [thrower, empty]) {
        await withPair(
          world,
          async (client) => {
            client.transport.write(Buffer.from('x'));
            const error = await server.loss();
            if (server === empty) assert.ok(error instanceof UsageError);
            else assert.equal((error as Error).message, 'no buffer');
          },
          { server },
        );
      }
    },
  },
  {
    name: 'bufferUpdated that throws: reported, connectionLost with that error',
    run: async (world) => {
      world.expectReport('Fatal error: protocol.bufferUpdated() call failed.');
      const server = new BufferWitness(10, { data: fault('bad update') });
      await withPair(
        world,
        async (client) => {
          client.transport.write(Buffer.from('x'));
          assert.equal(((await server.loss()) as Error).message, 'bad update');
        },
        { server },
      );
    },
  },
  {
    name: 'connectionMade that throws: reported, and the connection goes on',
    run: async (world) => {
      world.expectReport('bad start');
      const server = new DataWitness({ made: fault('bad start') });
      await withPair(
        world,
        async (client) => {
          client.transport.write(Buffer.from('x'));
          await server.bytes(1);
        },
        { server },
      );
    },
  },
  {
    name: 'pauseWriting and resumeWriting that throw: reported, and the connection goes on',
    run: async (world) => {
      world.expectReport('protocol.pauseWriting() failed');
      world.expectReport('protocol.resumeWriting() failed');
      const client = new DataWitness({ pause: fault('bad pause'), resume: fault('bad resume') });
      const server = new DataWitness({ made: (transport) => transport.pauseReading() });
      await withPair(
        world,
        async () => {
          client.transport.setWriteBufferLimits({ high: 0 });
          const size = fill(client.transport);
          server.transport.resumeReading();
          await client.until(() => client.count('resume') === 1);
          client.transport.close();
          await server.loss();
          assert.equal(server.size, size);
        },
        { client, server },
      );
    },
  },
  {
    name: 'connectionLost that throws: reported, and the socket is closed all the same',
    run: async (world) => {
      world.expectReport('bad end of it');
      const server = new DataWitness({ lost: fault('bad end of it') });
      await withPair(
        world,
        async (client) => {
          server.transport.close();
          assert.equal(await client.loss(), undefined);
        },
        { server },
      );
    },
  },
  {
    name: 'a factory that throws loses its connection alone, and the server goes on',
    run: async (world) => {
      world.expectReport('no protocol');
      let first = true;
      const server = new DataWitness();
      const place = await listen(world, () => {
        if (!first) return server;
        first = false;
        throw new Error('no protocol');
      });
      const [, refused] = await place.connect(() => new DataWitness());
      await refused.loss();
      const [transport, client] = await place.connect(() => new DataWitness());
      transport.write(Buffer.from('x'));
      await server.bytes(1);
      transport.close();
      await client.loss();
      place.server.close();
      await place.server.waitClosed();
      place.remove();
    },
  },
];
