// The contract of datagram transports.

import assert from 'node:assert/strict';
import { AddressInUseError, ContextVar, InvalidArgumentError } from '../../../src/asyncio.ts';
import { notOnDeno } from './contract.ts';
import type { ContractCase } from './contract.ts';
import { Receiver, withEndpoints } from './endpoints.ts';
import { iterations } from './pair.ts';

export const datagramTransport: readonly ContractCase[] = [
  {
    name: 'connectionMade comes before the endpoint is handed out, connectionLost once and last',
    run: (world) =>
      withEndpoints(world, async (open) => {
        for (const method of ['close', 'abort'] as const) {
          const { transport, receiver } = await open();
          assert.deepEqual(receiver.calls, ['made']);
          transport[method]();
          assert.equal(transport.isClosing(), true);
          assert.deepEqual(receiver.calls, ['made']);
          transport.close();
          transport.abort();
          await receiver.until(() => receiver.calls.includes('lost'));
          transport.abort();
          await iterations(3);
          assert.deepEqual(receiver.calls, ['made', 'lost']);
        }
      }),
  },
  {
    name: 'datagrams arrive whole, empty ones too, with the address to answer to',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        here.transport.sendto(Buffer.from('one'), there.address);
        here.transport.sendto(new Uint8Array(0), there.address);
        here.transport.sendto(new Uint8Array([120]), there.address);
        await there.receiver.until(() => there.receiver.texts.length === 3);
        assert.deepEqual(there.receiver.texts, ['one', '', 'x']);
        assert.deepEqual(there.receiver.senders[0], here.address);
        there.transport.sendto(Buffer.from('back'), there.receiver.senders[0]);
        await here.receiver.until(() => here.receiver.texts.length === 1);
        assert.deepEqual(here.receiver.senders, [there.address]);
      }),
  },
  {
    name: 'an endpoint with a remote address sends there alone, and hears that one alone',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [server, other] = [await open(), await open()];
        const client = await open({ remoteAddr: server.address });
        assert.deepEqual(client.transport.getExtraInfo('peername'), server.address);
        client.transport.sendto(Buffer.from('plain'));
        client.transport.sendto(Buffer.from('named'), server.address);
        await server.receiver.until(() => server.receiver.texts.length === 2);
        assert.deepEqual(server.receiver.texts, ['plain', 'named']);
        assert.throws(() => client.transport.sendto(Buffer.from('x'), other.address), InvalidArgumentError);
        other.transport.sendto(Buffer.from('stranger'), client.address);
        server.transport.sendto(Buffer.from('friend'), client.address);
        await client.receiver.until(() => client.receiver.texts.length > 0);
        assert.deepEqual(client.receiver.texts, ['friend']);
      }),
  },
  {
    name: 'sendto takes bytes, and an address where there is none',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const { transport, address } = await open();
        for (const wrong of ['text', 1, null, undefined])
          assert.throws(() => transport.sendto(wrong as never, address), TypeError);
        assert.throws(() => transport.sendto(Buffer.from('x')), InvalidArgumentError);
      }),
  },
  {
    name: 'a refused datagram is told by errorReceived, and the endpoint goes on',
    skip: notOnDeno('does not tell errors of earlier datagrams'),
    run: (world) =>
      withEndpoints(world, async (open) => {
        const gone = await open();
        const client = await open({ remoteAddr: gone.address });
        gone.transport.abort();
        await gone.receiver.until(() => gone.receiver.calls.includes('lost'));
        client.transport.sendto(Buffer.from('anybody?'));
        await client.receiver.until(() => client.receiver.errors.length > 0);
        assert.equal(client.receiver.errors[0]?.name, 'ConnectionRefusedError');
        assert.equal(client.receiver.errors[0]?.code, 'ECONNREFUSED');
        assert.equal(client.transport.isClosing(), false);
      }),
  },
  {
    name: 'a datagram that is too large is told by errorReceived, and the endpoint goes on',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        here.transport.sendto(Buffer.alloc(100_000), there.address);
        await here.receiver.until(() => here.receiver.errors.length > 0);
        assert.equal(here.receiver.errors[0]?.code, 'EMSGSIZE');
        assert.equal(here.transport.getWriteBufferSize(), 0);
        here.transport.sendto(Buffer.from('small'), there.address);
        await there.receiver.until(() => there.receiver.texts.length === 1);
      }),
  },
  {
    name: 'datagramReceived that throws: reported, and the endpoint goes on',
    run: async (world) => {
      world.expectReport('bad datagram');
      await withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        there.receiver.deed = () => {
          there.receiver.deed = undefined;
          throw new Error('bad datagram');
        };
        here.transport.sendto(Buffer.from('1'), there.address);
        await there.receiver.until(() => there.receiver.texts.length === 1);
        here.transport.sendto(Buffer.from('2'), there.address);
        await there.receiver.until(() => there.receiver.texts.length === 2);
        assert.equal(there.transport.isClosing(), false);
      });
    },
  },
  {
    name: 'a closed endpoint sends nothing; a warning comes after the fifth datagram',
    run: async (world) => {
      world.expectReport('datagrams are sent by a closed transport');
      await withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        here.transport.close();
        for (let count = 0; count < 10; count++) here.transport.sendto(Buffer.from('x'), there.address);
        await here.receiver.until(() => here.receiver.calls.includes('lost'));
        assert.equal(here.transport.getWriteBufferSize(), 0);
        assert.deepEqual(there.receiver.texts, []);
      });
    },
  },
  {
    name: 'what is sent before close arrives',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        for (let count = 0; count < 20; count++)
          here.transport.sendto(Buffer.from(`${count}`), there.address);
        here.transport.close();
        await there.receiver.until(() => there.receiver.texts.length === 20);
        assert.deepEqual(there.receiver.texts, [...Array(20).keys()].map(String));
      }),
  },
  {
    name: 'the bytes of a datagram may change once it was sent, and empty ones keep their place',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        const bytes = Buffer.alloc(1);
        const expected: string[] = [];
        for (const letter of 'abcdefgh') {
          bytes.write(letter);
          here.transport.sendto(bytes, there.address);
          here.transport.sendto(new Uint8Array(0), there.address);
          expected.push(letter, '');
        }
        bytes.write('z');
        await there.receiver.until(() => there.receiver.texts.length === expected.length);
        assert.deepEqual(there.receiver.texts, expected);
        assert.equal(here.transport.getWriteBufferSize(), 0);
      }),
  },
  {
    name: 'nothing is received after close',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        there.transport.sendto(Buffer.from('late'), here.address);
        here.transport.close();
        await here.receiver.until(() => here.receiver.calls.includes('lost'));
        assert.deepEqual(here.receiver.calls, ['made', 'lost']);
      }),
  },
  {
    name: 'write limits are those of all transports',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const { transport } = await open();
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 16_384, high: 65_536 });
        transport.setWriteBufferLimits({ low: 100 });
        assert.deepEqual(transport.getWriteBufferLimits(), { low: 100, high: 400 });
        assert.throws(() => transport.setWriteBufferLimits({ high: 1, low: 2 }), InvalidArgumentError);
        assert.equal(transport.getWriteBufferSize(), 0);
      }),
  },
  {
    name: 'setProtocol: what comes next goes to the new protocol',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const [here, there] = [await open(), await open()];
        const second = new Receiver();
        const first = there.transport.getProtocol() as Receiver;
        assert.equal(first, there.receiver);
        there.transport.setProtocol(second);
        here.transport.sendto(Buffer.from('x'), there.address);
        await second.until(() => second.texts.length === 1);
        assert.deepEqual(first.texts, []);
        there.transport.setProtocol(first);
      }),
  },
  {
    name: 'callbacks run in the context that the endpoint was made in',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const user = new ContextVar<string>('user', { default: 'nobody' });
        user.set('ada');
        const here = await open();
        const seen: string[] = [];
        here.receiver.deed = () => void seen.push(`${here.receiver.calls.at(-1)} ${user.get()}`);
        user.set('somebody else');
        const there = await open();
        there.transport.sendto(Buffer.from('x'), here.address);
        await here.receiver.until(() => here.receiver.texts.length === 1);
        here.transport.close();
        await here.receiver.until(() => here.receiver.calls.includes('lost'));
        assert.deepEqual(seen, ['datagram ada', 'lost ada']);
      }),
  },
  {
    name: 'an address in use: AddressInUseError with the address',
    run: (world) =>
      withEndpoints(world, async (open) => {
        const { address } = await open();
        await assert.rejects(open({ localAddr: address }), (error: unknown) => {
          assert.ok(error instanceof AddressInUseError, String(error));
          assert.deepEqual([error.address, error.port], [...address]);
          return true;
        });
      }),
  },
];
