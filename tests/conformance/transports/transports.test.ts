// What asyncio's suites ask of transports beside the contract of tests/net/contract: the marks by themselves,
// how transports show themselves, and accepting.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { InvalidArgumentError, newEventLoop } from '../../../src/asyncio.ts';
import { ConnectionAbortedError } from '../../../src/base/osError.ts';
import type { StreamSocket } from '../../../src/net/backend.ts';
import { LifeCycle } from '../../../src/transport/lifeCycle.ts';
import type { Living } from '../../../src/transport/lifeCycle.ts';
import { WriteSide } from '../../../src/transport/writeSide.ts';
import { SelectorListener } from '../../../src/net/selector/listener.ts';
import type { Socket } from '../../../src/net/socket/socket.ts';
import { BufferWitness, DataWitness } from '../../net/contract/witness.ts';
import { onBackends } from '../../net/onBackends.ts';
import { addressOf } from '../../net/recorder.ts';

// asyncio: TransportTests.test_flowcontrol_mixin_set_write_limits
test('write limits: a high mark below what is buffered pauses, one above does not', () => {
  const loop = newEventLoop();
  const calls: string[] = [];
  const protocol = { pauseWriting: () => void calls.push('pause'), resumeWriting: () => {} };
  const life = new LifeCycle(loop, { release: () => {} } as Living, protocol);
  const side = new WriteSide(life, { size: 512 });
  assert.throws(() => side.setLimits({ high: 0, low: 1 }), InvalidArgumentError);
  assert.throws(() => side.setLimits({ high: 0, low: 1 }), /high \(0\) must be >= low \(1\)/);
  side.setLimits({ high: 1024, low: 128 });
  assert.deepEqual(side.limits, { low: 128, high: 1024 });
  assert.deepEqual(calls, []);
  side.setLimits({ high: 256, low: 128 });
  assert.deepEqual(side.limits, { low: 128, high: 256 });
  assert.deepEqual(calls, ['pause']);
  life.giveAway();
  loop.close();
});

// asyncio: BaseSelectorEventLoopTests.test_make_socket_transport
onBackends('a transport shows its addresses and its state, also when it is closed', async (loop) => {
  const accepted = new DataWitness();
  const server = await loop.createServer(() => accepted, '127.0.0.1', 0);
  const [transport, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
  assert.match(inspect(transport), /^<\w+Transport .*open/);
  transport.close();
  assert.match(inspect(transport), /closing|closed/);
  await client.loss();
  assert.match(inspect(transport), /closed/);
  await accepted.loss();
  server.close();
  await server.waitClosed();
});

// asyncio: BaseStartTLS.test_buf_feed_data
onBackends('BufferedProtocol: buffers of 1, 2, 4 and 100 bytes take every byte once', async (loop) => {
  for (const [size, text] of [
    [1, '12345'],
    [2, '12345'],
    [2, '1234'],
    [4, '1234'],
    [100, '12345'],
  ] as const) {
    const buffered = new BufferWitness(size);
    const server = await loop.createServer(() => buffered, '127.0.0.1', 0);
    const [transport, client] = await loop.createConnection(() => new DataWitness(), ...addressOf(server));
    transport.write(Buffer.from(text));
    transport.close();
    assert.equal(await buffered.loss(), undefined);
    assert.equal(String(buffered.received), text);
    await client.loss();
    server.close();
    await server.waitClosed();
  }
});

/** A listening socket of which `accept` answers in turn, then says that nobody waits. */
function listening(answers: (Socket | Error)[]): { socket: Socket; asked: () => number } {
  let asked = 0;
  const socket = {
    fileno: () => -1,
    close: () => {},
    _tryAccept(): Socket | undefined {
      asked++;
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
  return { socket: socket as unknown as Socket, asked: () => asked };
}

const connection = (): Socket => ({ close: () => {} }) as unknown as Socket;

/** Has a listener be told that somebody waits. Answers what it accepted, and how often it asked. */
function acceptOnce(backlog: number, answers: (Socket | Error)[]): [accepted: number, asked: number] {
  const loop = newEventLoop({ backend: 'selector' });
  const { socket, asked } = listening(answers);
  const listener = new SelectorListener(loop, socket, backlog);
  const accepted: StreamSocket[] = [];
  try {
    listener.start(
      (one) => void accepted.push(one),
      () => assert.fail(),
    );
  } catch {
    // Its descriptor is none, so it can't be watched: only what an event does is of interest here.
  }
  listener._readable();
  listener.close();
  loop.close();
  return [accepted.length, asked()];
}

const onSelector = { only: 'selector' } as const;

// asyncio: test_accept_connection_zero_one, test_accept_connection_multiple
onBackends(
  'one event accepts one connection more than the backlog',
  async () => {
    for (const backlog of [0, 1, 100]) {
      const many = Array.from({ length: 200 }, connection);
      assert.deepEqual(acceptOnce(backlog, many), [backlog + 1, backlog + 1]);
    }
  },
  onSelector,
);

// asyncio: test_accept_connection_skip_connectionabortederror
onBackends(
  'a connection that was given up before it was accepted is passed over',
  async () => {
    const gone = (): Error =>
      new ConnectionAbortedError({ errno: 103, code: 'ECONNABORTED', syscall: 'accept' });
    const answers = Array.from({ length: 200 }, (_, index) => (index % 2 === 1 ? gone() : connection()));
    assert.deepEqual(acceptOnce(100, answers), [51, 101]);
  },
  onSelector,
);
