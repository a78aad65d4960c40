// What goes wrong: peers that reset, protocols that throw, bytes for a connection that is lost.

import assert from 'node:assert/strict';
import { ConnectionError, UsageError } from '../../../src/asyncio.ts';
import type { ContractCase, World } from './contract.ts';
import { fill, iterations, listen, withPair } from './pair.ts';
import { BufferWitness, DataWitness } from './witness.ts';

/** A deed that throws. */
function fault(message: string): () => never {
  return () => {
    throw new Error(message);
  };
}

/** What a getBuffer may return that bytes cannot be put into. */
const noBuffers: Record<string, () => unknown> = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 4096,
  'a string': () => 'abc',
  'an array': () => [1, 2, 3],
  'an object with a byteLength': () => ({ byteLength: 1_000_000 }),
  'an ArrayBuffer': () => new ArrayBuffer(10),
  'a DataView': () => new DataView(new ArrayBuffer(10)),
  'an array of another type': () => new Float64Array(10),
  'a promise': () => Promise.resolve(Buffer.alloc(10)),
  'a Proxy of a buffer': () => new Proxy(Buffer.alloc(10), {}),
  'what only inherits from a buffer': () => Object.create(Uint8Array.prototype),
  'a transferred buffer': () => {
    const bytes = new Uint8Array(10);
    structuredClone(bytes, { transfer: [bytes.buffer] });
    return bytes;
  },
  'a buffer whose memory was made smaller': () => {
    const memory = new ArrayBuffer(100, { maxByteLength: 200 });
    const bytes = new Uint8Array(memory, 50, 50);
    memory.resize(60);
    return bytes;
  },
};

class Larger extends Uint8Array {
  override get byteLength(): never {
    return 1_000_000 as never;
  }
  override get length(): never {
    return 1_000_000 as never;
  }
  override set(): never {
    throw new Error('foreign code was called');
  }
}

/** Buffers that bytes can be put into, four at most. */
const oddBuffers: Record<string, () => Uint8Array> = {
  'one that claims to be larger': () => new Larger(4),
  'one that other threads share': () => new Uint8Array(new SharedArrayBuffer(4)),
  'one in the middle of memory that can grow': () =>
    new Uint8Array(new ArrayBuffer(14, { maxByteLength: 100 }), 10),
};

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
        client.transport.write(Buffer.from('nobody'));
        client.transport.writelines([Buffer.from('nobody')]);
        assert.equal(client.transport.getWriteBufferSize(), 0);
        await iterations(5);
        assert.equal(client.count('lost'), 1);
      }),
  },
  {
    name: 'bytes that are written after the loss are dropped; a warning comes after the fifth',
    oneWay: true,
    run: async (world) => {
      world.expectReport(/bytes are written to a (lost connection|closed pipe)/);
      await withPair(world, async (client) => {
        client.transport.abort();
        for (let count = 0; count < 10; count++) client.transport.write(Buffer.from('x'));
        assert.equal(client.transport.getWriteBufferSize(), 0);
        assert.equal(await client.loss(), undefined);
      });
    },
  },
  {
    name: 'bytes that are written after close are dropped, those before it are sent',
    oneWay: true,
    run: (world) =>
      withPair(world, async (client, server) => {
        const { transport } = client;
        transport.write(Buffer.from('before'));
        transport.close();
        transport.write(Buffer.from('after'));
        transport.writelines([Buffer.from('after')]);
        assert.equal(await client.loss(), undefined);
        await server.loss();
        assert.equal(String(server.received), 'before');
      }),
  },
  {
    name: 'writelines counts as write does after the loss',
    oneWay: true,
    run: async (world) => {
      world.expectReport(/bytes are written to a (lost connection|closed pipe)/);
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
            assert.equal(server.count('data'), 0);
            if (server === empty) assert.ok(error instanceof UsageError);
            else assert.equal((error as Error).message, 'no buffer');
          },
          { server },
        );
      }
    },
  },
  ...Object.entries(noBuffers).map(([kind, make]) => ({
    name: `getBuffer that returns ${kind}: reported, connectionLost with the error, and others go on`,
    run: async (world: World) => {
      world.expectReport('Fatal error: protocol.getBuffer() call failed.');
      const server = new BufferWitness(10);
      server.getBuffer = make as () => Uint8Array;
      await withPair(world, async (other, otherPeer) => {
        await withPair(
          world,
          async (client) => {
            client.transport.write(Buffer.from('0123456789abcdef'));
            const error = await server.loss();
            assert.ok(error instanceof UsageError, String(error));
            assert.match(error.message, /^getBuffer\(\) returned /);
            assert.equal(server.size, 0);
            await client.loss();
          },
          { server },
        );
        other.transport.write(Buffer.from('goes on'));
        await otherPeer.bytes(7);
      });
    },
  })),
  ...Object.entries(oddBuffers).map(([kind, make]) => ({
    name: `getBuffer that returns ${kind}: as many bytes are put there as it really has`,
    run: async (world: World) => {
      const buffer = make();
      const taken: string[] = [];
      const server = new BufferWitness(10);
      server.getBuffer = () => buffer;
      server.bufferUpdated = (count) => {
        taken.push(Array.from({ length: count }, (_, at) => String.fromCharCode(buffer[at]!)).join(''));
        server.take(Buffer.alloc(count));
      };
      await withPair(
        world,
        async (client) => {
          client.transport.write(Buffer.from('0123456789abcdef'));
          await server.bytes(16);
          assert.equal(taken.join(''), '0123456789abcdef');
          assert.ok(taken.every((part) => part.length <= 4));
        },
        { server },
      );
    },
  })),
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
    oneWay: true,
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
    oneWay: true,
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
    oneWay: 'the host does not tell a writer that its reader has gone',
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
