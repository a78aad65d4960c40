// Factories that make no protocol, and protocols that throw while their transport is made: an error that says so,
// and no socket, no connection and no wait is left. The harness counts what is left.

import '../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer as createNodeServer } from 'node:net';
import type { AddressInfo, Socket as NodeSocket } from 'node:net';
import { InvalidArgumentError, Protocol } from '../../src/asyncio.ts';
import type { EventLoop, ExceptionContext, ProtocolFactory } from '../../src/asyncio.ts';
import { socketpair } from '../../src/socket.ts';
import { onBackends } from './onBackends.ts';
import { onSelector } from './onSelector.ts';
import { Recorder } from './recorder.ts';
import { withSocketPath } from './socketPath.ts';
import { clientContext, serverContext } from './tls/contexts.ts';

/** A protocol of which every property throws when it is read, but for those that are needed to be taken. */
function hostile(): Protocol {
  return new Proxy(new Protocol(), {
    get(target, name, receiver): unknown {
      if (name === 'connectionMade') return Reflect.get(target, name, receiver);
      if (name === 'then') return undefined;
      throw new InvalidArgumentError('factory', `the protocol throws at ${String(name)}`);
    },
  });
}

const factories: Record<string, () => unknown> = {
  'returns nothing': () => {},
  'returns null': () => null,
  'returns a number': () => 1,
  'returns a class': () => Protocol,
  'returns something else': () => ({}),
  'is async': async () => new Protocol(),
  'is async and fails': async () => {
    throw new Error('nobody sees this');
  },
  throws: () => {
    throw new InvalidArgumentError('factory', 'it throws');
  },
  'returns what throws': hostile,
};

const refused = (error: unknown): boolean =>
  error instanceof InvalidArgumentError &&
  error.code === 'ERR_ASYNCIO_INVALID_ARGUMENT' &&
  error.argument === 'factory';

function reportsOf(loop: EventLoop): ExceptionContext[] {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => void reports.push(context));
  return reports;
}

async function closed(socket: NodeSocket): Promise<void> {
  socket.on('error', () => {});
  socket.resume();
  await once(socket, 'close');
}

for (const [how, make] of Object.entries(factories)) {
  const factory = make as ProtocolFactory<Protocol>;

  onBackends(
    `createConnection: a factory that ${how} is refused, and the peer sees the end`,
    async (loop) => {
      const ends: Promise<void>[] = [];
      const peer = createNodeServer((socket) => void ends.push(closed(socket)));
      peer.listen(0, '127.0.0.1');
      await once(peer, 'listening');
      const { port } = peer.address() as AddressInfo;
      for (const tls of [{}, { ssl: clientContext(), serverHostname: 'localhost' }]) {
        await assert.rejects(loop.createConnection(factory, '127.0.0.1', port, tls), refused);
      }
      while (ends.length < 2) await new Promise(setImmediate);
      await Promise.all(ends);
      peer.close();
      await once(peer, 'close');
    },
  );

  onBackends(
    `createServer: a factory that ${how} is reported, its connection closed and not counted`,
    async (loop) => {
      const reports = reportsOf(loop);
      for (const tls of [{}, { ssl: serverContext() }]) {
        const server = await loop.createServer(factory, '127.0.0.1', 0, tls);
        await closed(connect(server.port as number, '127.0.0.1'));
        assert.equal(server.connections, 0);
        server.close();
        await server.waitClosed();
      }
      assert.deepEqual(
        reports.map(({ message, exception }) => [message, refused(exception)]),
        [1, 2].map(() => ['Error on transport creation for incoming connection', true]),
      );
    },
  );

  onBackends(`createUnixConnection, createUnixServer: a factory that ${how} leaves nothing`, (loop) =>
    withSocketPath(async (path) => {
      const reports = reportsOf(loop);
      const server = await loop.createUnixServer(factory, path);
      await closed(connect(path));
      assert.equal(reports.length, 1);
      await assert.rejects(loop.createUnixConnection(factory, path), refused);
      while (reports.length < 2) await new Promise(setImmediate);
      assert.equal(server.connections, 0);
      server.close();
      await server.waitClosed();
    }),
  );

  // What a protocol is asked for when datagrams come is its own affair.
  if (make !== hostile) {
    onBackends(
      `createDatagramEndpoint: a factory that ${how} is refused, and no socket is left`,
      async (loop) => {
        await assert.rejects(
          loop.createDatagramEndpoint(factory, { localAddr: ['127.0.0.1', 0] }),
          refused,
        );
      },
    );

    onSelector(`sock: a factory that ${how} closes the socket that was given`, async (loop) => {
      const [left, right] = socketpair();
      await assert.rejects(loop.connectAcceptedSocket(factory, left), refused);
      assert.equal(left.closed, true);
      const [one, other] = socketpair(1, 2);
      await assert.rejects(loop.createDatagramEndpoint(factory, { sock: one }), refused);
      assert.equal(one.closed, true);
      right.close();
      other.close();
    });

    onSelector(
      `connectReadPipe, connectWritePipe: a factory that ${how} leaves the pipe to the caller`,
      async (loop) => {
        const [left, right] = socketpair();
        await assert.rejects(loop.connectReadPipe(factory, left), refused);
        await assert.rejects(loop.connectWritePipe(factory, left), refused);
        right.send(Buffer.from('x'));
        assert.equal(left.recv(1).toString(), 'x');
        left.close();
        right.close();
      },
    );
  }
}

onBackends(
  'setProtocol, startTls: what is no object is refused, and the connection goes on',
  async (loop) => {
    const accepted: Recorder[] = [];
    const echo = (): Recorder => accepted[accepted.push(new Recorder()) - 1] as Recorder;
    const server = await loop.createServer(echo, '127.0.0.1', 0);
    const [transport, protocol] = await loop.createConnection(
      () => new Recorder(),
      '127.0.0.1',
      server.port,
    );
    const wrong = (error: unknown): boolean =>
      error instanceof InvalidArgumentError && error.argument === 'protocol';
    for (const nothing of [undefined, null, 5, 'protocol']) {
      assert.throws(() => transport.setProtocol(nothing), wrong);
      await assert.rejects(loop.startTls(transport, nothing as never, clientContext()), wrong);
    }
    assert.equal(transport.getProtocol(), protocol);
    assert.equal(transport.isReading(), true);
    transport.write(Buffer.from('on'));
    while (accepted.length === 0) await new Promise(setImmediate);
    assert.equal(await accepted[0]?.bytes(2), 'on');
    transport.close();
    server.close();
    await server.waitClosed();
    await protocol.lost;
  },
);

onBackends(
  'startTls: a protocol that throws while its transport is made gives the connection up',
  async (loop) => {
    const server = await loop.createServer(() => new Recorder(), '127.0.0.1', 0);
    const [transport, protocol] = await loop.createConnection(
      () => new Recorder(),
      '127.0.0.1',
      server.port,
    );
    const options = { serverHostname: 'localhost' };
    await assert.rejects(loop.startTls(transport, hostile(), clientContext(), options), refused);
    assert.equal(transport.isClosing(), true);
    server.close();
    await server.waitClosed();
    assert.deepEqual(protocol.events, ['made']);
  },
);
