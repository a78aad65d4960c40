// What asyncio's test_streams asks of connections, writers and servers, in our words, on both backends.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { ConnectionError, currentTask, openConnection, openUnixConnection } from '../../../src/asyncio.ts';
import type { ClientConnected, Stream, StreamReader, StreamWriter } from '../../../src/asyncio.ts';
import type { ExceptionContext } from '../../../src/asyncio.ts';
import { createTask, Future } from '../../../src/asyncio.ts';
import { onBackends } from '../../net/onBackends.ts';
import { greet, REQUEST, withServer, withUnixServer } from './greeter.ts';

async function request([reader, writer]: Stream): Promise<void> {
  writer.write(REQUEST);
  assert.equal(String(await reader.readline()), 'HTTP/1.0 200 OK\r\n');
  assert.match(String(await reader.read()), /\r\n\r\nTest message$/);
  assert.equal(writer.isClosing(), false);
  writer.close();
  assert.equal(writer.isClosing(), true);
  await writer.waitClosed();
}

onBackends('openConnection: gives a reader and a writer', async () => {
  await withServer(greet, async (port) => request(await openConnection('127.0.0.1', port)));
});

onBackends('openUnixConnection: gives a reader and a writer', async () => {
  await withUnixServer(greet, async (path) => request(await openUnixConnection(path)));
});

onBackends('openConnection: the error that the connection ends with is thrown by reads', async () => {
  const check = async ([reader, writer]: Stream): Promise<void> => {
    writer._protocol.connectionLost(new RangeError('broken'));
    await assert.rejects(reader.read(), RangeError);
    await assert.rejects(writer.drain(), RangeError);
    await assert.rejects(writer.waitClosed(), RangeError);
    writer.transport.abort();
  };
  const dropped: ClientConnected = async (reader, writer) => {
    await reader.read();
    writer.close();
  };
  await withServer(dropped, async (port) => check(await openConnection('127.0.0.1', port)));
  await withUnixServer(dropped, async (path) => check(await openUnixConnection(path)));
});

const echoLine: ClientConnected = async (reader, writer) => {
  writer.write(await reader.readline());
  await writer.drain();
  writer.close();
  await writer.waitClosed();
};

async function sayHello([reader, writer]: Stream): Promise<void> {
  writer.write(Buffer.from('hello world!\n'));
  assert.equal(String(await reader.readline()), 'hello world!\n');
  writer.close();
  await writer.waitClosed();
}

for (const [how, handler] of [
  ['a coroutine', echoLine],
  [
    'a callback that starts a task',
    (reader, writer) => void createTask(async () => await echoLine(reader, writer)),
  ],
] as [string, ClientConnected][]) {
  onBackends(`startServer: serves a connection by ${how}`, async () => {
    await withServer(handler, async (port) => sayHello(await openConnection('127.0.0.1', port)));
  });

  onBackends(`startUnixServer: serves a connection by ${how}`, async () => {
    await withUnixServer(handler, async (path) => sayHello(await openUnixConnection(path)));
  });
}

onBackends('drain: a loop of writes ends with an error when the peer has closed', async () => {
  await withServer(
    (_, writer) => writer.close(),
    async (port) => {
      const [, writer] = await openConnection('127.0.0.1', port);
      await assert.rejects(async () => {
        for (;;) {
          writer.write(Buffer.from('foo\n'));
          await writer.drain();
        }
      }, ConnectionError);
      writer.close();
    },
  );
});

onBackends('waitClosed: ends after close although the peer has sent what was not read', async () => {
  await withServer(greet, async (port) => {
    const [reader, writer] = await openConnection('127.0.0.1', port);
    writer.write(REQUEST);
    assert.equal(String(await reader.readline()), 'HTTP/1.0 200 OK\r\n');
    writer.close();
    await writer.waitClosed();
  });
});

onBackends('drain: after close it throws, once the connection is gone', async () => {
  await withServer(greet, async (port) => {
    const [reader, writer] = await openConnection('127.0.0.1', port);
    writer.write(REQUEST);
    await reader.read();
    writer.close();
    await assert.rejects(async () => {
      writer.write(Buffer.from('data'));
      await writer.drain();
    }, ConnectionError);
  });
});

onBackends('close: of the writer ends the reader', async () => {
  await withServer(
    async (reader, writer) => {
      await reader.read();
      writer.close();
    },
    async (port) => {
      const [reader, writer] = await openConnection('127.0.0.1', port);
      writer.close();
      await writer.waitClosed();
      assert.equal(reader.atEof(), true);
      assert.equal((await reader.read()).length, 0);
    },
  );
});

onBackends('startServer: a handler that fails is reported, and its connection closed', async (loop) => {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  const error = new Error('test');
  await withServer(
    async () => {
      throw error;
    },
    async (port) => {
      const [reader, writer] = await openConnection('127.0.0.1', port);
      writer.write(Buffer.from('test msg'));
      try {
        await reader.read();
      } catch (lost) {
        assert.ok(lost instanceof ConnectionError);
      }
      writer.close();
    },
  );
  assert.deepEqual(
    reports.map(({ message, exception }) => [message, exception]),
    [['Unhandled exception in clientConnected', error]],
  );
});

onBackends('startServer: a handler that is cancelled closes its connection, unreported', async (loop) => {
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => reports.push(context));
  for (const closes of [true, false]) {
    await withServer(
      async (_, writer) => {
        if (closes) writer.close();
        currentTask()?.cancel();
      },
      async (port) => {
        const [reader, writer] = await openConnection('127.0.0.1', port);
        assert.equal((await reader.read()).length, 0);
        writer.close();
        await writer.waitClosed();
      },
    );
  }
  assert.deepEqual(reports, []);
});

onBackends('StreamWriter: knows its transport and what that knows', async () => {
  const seen = new Future<[StreamReader, StreamWriter]>();
  await withServer(
    (...end) => seen.setResult(end),
    async (port) => {
      const [, writer] = await openConnection('127.0.0.1', port);
      const [, other] = await seen;
      assert.deepEqual(writer.getExtraInfo<unknown[]>('peername')?.slice(0, 2), ['127.0.0.1', port]);
      assert.deepEqual(other.getExtraInfo('peername'), writer.getExtraInfo('sockname'));
      assert.equal(writer.getExtraInfo('nothing of the kind', 7), 7);
      assert.equal(writer.transport.isClosing(), false);
      assert.equal(writer.canWriteEof(), true);
      writer.close();
      other.close();
    },
  );
});
