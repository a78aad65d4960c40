// How the network's objects and errors are printed: by what a reader of a log wants to know.

import '../harness.ts';
import assert from 'node:assert/strict';
import { constants } from 'node:os';
import process from 'node:process';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { newEventLoop, openConnection, openDatagram, startServer } from '../../src/asyncio.ts';
import { startUnixServer } from '../../src/asyncio.ts';
import type { OSError } from '../../src/asyncio.ts';
import { fromHostError } from '../../src/sys/libc/errno.ts';
import { onBackends } from './onBackends.ts';
import { withSocketPath } from './socketPath.ts';

const windows: string | false = process.platform === 'win32' && 'no Unix sockets';

onBackends('transports, streams, servers: print the addresses they are between', async () => {
  const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
  const [, port] = server.sockets[0]!.getsockname() as [string, number];
  assert.match(inspect(server), new RegExp(`^<StreamServer 127\\.0\\.0\\.1:${port} `));
  assert.match(inspect(server.sockets[0]), new RegExp(`^<\\w+ .*127\\.0\\.0\\.1:${port}>$`));
  const [, writer] = await openConnection('127.0.0.1', port);
  const between = `127\\.0\\.0\\.1:\\d+ -> 127\\.0\\.0\\.1:${port}`;
  assert.match(
    inspect(writer.transport),
    new RegExp(`^<\\w+Transport .*${between} open, reading, 0 bytes`),
  );
  assert.match(inspect(writer.getExtraInfo('socket')), new RegExp(`^<\\w+ .*${between}>$`));
  assert.equal(inspect(writer), `<StreamWriter -> 127.0.0.1:${port}>`);
  const refused = {
    message: 'data must be bytes (a Uint8Array), not string: encode it first, as Buffer.from(text)',
  };
  assert.throws(() => writer.write('text' as never), refused);
  assert.throws(() => writer.writelines(['text'] as never), refused);
  // The names are typed: no cast.
  assert.equal(writer.getExtraInfo('peername')?.[1], port);
  assert.equal(writer.transport.getExtraInfo('peername')?.[1], port);
  assert.equal(writer.getExtraInfo('cipher')?.name, undefined);
  assert.equal(writer.getExtraInfo('no such name', 5), 5);
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
});

onBackends('datagram endpoints: print their address, and refuse others by theirs', async () => {
  const first = await openDatagram({ localAddr: ['127.0.0.1', 0] });
  const [, port] = first.sockname as [string, number];
  assert.equal(inspect(first), `<DatagramEndpoint 127.0.0.1:${port} open queued=0>`);
  assert.match(inspect(first.transport), new RegExp(`^<DatagramTransport .*127\\.0\\.0\\.1:${port} open`));
  const second = await openDatagram({ remoteAddr: ['127.0.0.1', port] });
  assert.match(
    inspect(second),
    new RegExp(`^<DatagramEndpoint \\d+(?:\\.\\d+){3}:\\d+ -> 127\\.0\\.0\\.1:${port} open`),
  );
  await assert.rejects(second.send(Buffer.from('x'), ['127.0.0.1', 9]), {
    message: `this transport sends to 127.0.0.1:${port} only, not to 127.0.0.1:9`,
  });
  await second.close();
  await first.close();
});

onBackends(
  'startUnixServer: an error names the path, and no port',
  () =>
    withSocketPath(async (path) => {
      const error = await startUnixServer(async () => {}, `${path}/missing/s`).then(
        () => assert.fail('it listens'),
        (thrown: OSError) => thrown,
      );
      assert.equal(error.address, `${path}/missing/s`);
      assert.equal(error.port, undefined);
      assert.match(error.message, /\/missing\/s: /);
    }),
  { skip: windows },
);

test('EventLoop: prints its state and nothing else', () => {
  const loop = newEventLoop({ debug: true });
  assert.equal(inspect(loop), '<EventLoop idle debug>');
  loop.close();
  assert.equal(inspect(loop), '<EventLoop closed debug>');
});

test(
  'errors of the host: say what is wrong where it gives only a code',
  { skip: process.platform === 'win32' && 'other numbers' },
  () => {
    const given = { code: 'EADDRINUSE', syscall: 'bind', address: '127.0.0.1', port: 80 };
    for (const errno of [undefined, -constants.errno.EADDRINUSE, constants.errno.EADDRINUSE]) {
      const error = fromHostError(Object.assign(new Error('of the host'), given, { errno })) as OSError;
      assert.equal(error.message, 'bind 127.0.0.1:80: address already in use (EADDRINUSE)');
      assert.equal(error.errno, constants.errno.EADDRINUSE);
    }
  },
);
