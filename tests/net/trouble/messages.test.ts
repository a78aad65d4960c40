// What failures of the network say: the host as it was asked for, the address that was tried, what may be the matter,
// and a stack that begins at the line that called, also after a wait.

import { strict as assert } from 'node:assert';
import {
  AddressInfoError,
  AddressInUseError,
  ConnectionAbortedError,
  ConnectionError,
  ConnectionRefusedError,
  createDefaultContext,
  getRunningLoop,
  IncompleteReadError,
  LimitOverrunError,
  openConnection,
  OSError,
  sleep,
  SSLError,
  startServer,
} from '../../../src/asyncio.ts';
import { setReporter } from '../../../src/lowlevel.ts';
import '../../harness.ts';
import { onBun } from '../../commandLine.ts';
import { onBackends } from '../onBackends.ts';
import { certificateFile, clientContext, serverContext } from '../tls/contexts.ts';

async function failureOf<E>(call: () => Promise<unknown>): Promise<E & Error> {
  try {
    await call();
  } catch (error) {
    return error as E & Error;
  }
  throw new Error('it did not fail');
}

/** The first lines of the stack that are not the host's are this file's. */
function assertCalledHere(error: Error): void {
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  const [first = ''] = frames.filter((line) => !/node:|native|ext:/.test(line));
  assert.match(first, /messages\.test\.ts/, error.stack ?? '');
}

onBackends('openConnection: a refusal names the host, the address and what is the matter', async () => {
  const error = await failureOf<ConnectionRefusedError>(async () => {
    await openConnection('localhost', 1, { family: 4 });
  });
  assert.ok(error instanceof ConnectionRefusedError);
  assert.equal(
    error.message,
    'connect localhost:1 (127.0.0.1:1): connection refused, nothing listens there (ECONNREFUSED)',
  );
  const { hostname, address, port, syscall } = error;
  assert.deepEqual([hostname, address, port, syscall], ['localhost', '127.0.0.1', 1, 'connect']);
  assertCalledHere(error);
});

onBackends('getaddrinfo, openConnection: an unknown name says that it is one', async () => {
  const loop = getRunningLoop();
  for (const ask of [
    () => openConnection('no-such-host.invalid', 80),
    () => loop.getaddrinfo('no-such-host.invalid', 80),
  ]) {
    const error = await failureOf<AddressInfoError>(ask);
    assert.ok(error instanceof AddressInfoError);
    assert.equal(error.hostname, 'no-such-host.invalid');
    assert.match(error.message, /^getaddrinfo no-such-host\.invalid: .*\((ENOTFOUND|EAI_AGAIN)\)$/);
  }
});

onBackends('startServer: an address in use is named', async () => {
  const server = await startServer(() => {}, '127.0.0.1', 0);
  const error = await failureOf<AddressInUseError>(async () => {
    await startServer(() => {}, '127.0.0.1', server.port);
  });
  assert.ok(error instanceof AddressInUseError);
  assert.match(error.message, /127\.0\.0\.1:\d+: address already in use, another program listens there/);
  assertCalledHere(error);
  await server.shutdown();
});

onBackends('TLS: a certificate that is refused names the host and what to do', async () => {
  const cases = [
    [
      'stranger',
      /^TLS handshake localhost:\d+ \(127\.0\.0\.1:\d+\): its certificate is self-signed: if it/,
    ],
    [
      'expired',
      /localhost.*(its certificate has expired: the server needs a new one|no authority that is trusted)/,
    ],
    [
      'other',
      /localhost.*its certificate is for other\.test: connect by that name, or give it as serverHost/,
    ],
  ] as const;
  for (const [name, words] of cases) {
    const server = await startServer(() => {}, '127.0.0.1', 0, { ssl: serverContext(name) });
    const error = await failureOf<SSLError>(async () => {
      await openConnection('localhost', server.port, { ssl: clientContext(), family: 4 });
    });
    assert.ok(error instanceof SSLError);
    assert.match(error.message, words);
    assert.deepEqual([error.hostname, error.address, error.port], ['localhost', '127.0.0.1', server.port]);
    assertCalledHere(error);
    await server.shutdown({ graceTime: 0 });
  }
});

onBackends(
  'TLS: an unknown authority, a port for plain text and a server that hangs up say so',
  async () => {
    const tls = await startServer(() => {}, '127.0.0.1', 0, { ssl: serverContext() });
    const plain = await startServer(
      async (reader, writer) => {
        writer.write(Buffer.from('hello, this is no TLS\n'));
        await reader.read();
      },
      '127.0.0.1',
      0,
    );
    const short = await startServer((_, writer) => writer.close(), '127.0.0.1', 0);
    const cases = [
      [tls.port, /no authority that is trusted here has signed its certificate: trust yours/],
      [plain.port, /what came is no TLS: it may be a port for plain text, or for startTls/],
      [short.port, /the server ended the connection: it may not speak TLS there/],
    ] as const;
    // An authority that has signed none of them.
    const ssl = createDefaultContext('serverAuth', { cafile: certificateFile('stranger') });
    for (const [port, words] of cases) {
      const error = await failureOf<OSError>(async () => {
        await openConnection('localhost', port, { ssl, family: 4 });
      });
      assert.ok(error instanceof OSError);
      assert.match(error.message, words);
      assert.equal(error.hostname, 'localhost');
      assertCalledHere(error);
    }
    for (const server of [tls, plain, short]) await server.shutdown({ graceTime: 0 });
  },
);

onBackends('TLS: no version in common says where versions are set', async () => {
  const context = serverContext();
  context.minimumVersion = 'TLSv1.3';
  const server = await startServer(() => {}, '127.0.0.1', 0, { ssl: context });
  const ssl = clientContext();
  ssl.maximumVersion = 'TLSv1.2';
  const error = await failureOf<OSError>(async () => {
    await openConnection('localhost', server.port, { ssl, family: 4 });
  });
  assert.match(error.message, /no version of TLS in common|the server ended the connection/);
  await server.shutdown({ graceTime: 0 });
});

onBackends('reader: what ends a wait has the stack of the line that waited', async () => {
  const server = await startServer(
    async (reader, writer) => {
      await reader.read(1);
      writer.write(Buffer.from('abc'));
      writer.close();
    },
    '127.0.0.1',
    0,
  );
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  const read = async (): Promise<void> => {
    await reader.readExactly(5);
  };
  writer.write(Buffer.from('?'));
  const error = await failureOf<IncompleteReadError>(read);
  assert.ok(error instanceof IncompleteReadError);
  // Bun does not follow a promise that no async function has made.
  if (!onBun) assertCalledHere(error);
  writer.close();
  await writer.waitClosed();
  await server.shutdown();
});

onBackends('reader, writer: after closing here they say so, and not that the network did', async () => {
  const server = await startServer(async (reader) => void (await reader.read()), '127.0.0.1', 0);
  const [reader, writer] = await openConnection('127.0.0.1', server.port);
  writer.close();
  const read = await failureOf<IncompleteReadError>(async () => await reader.readExactly(4));
  assert.equal(read.message, 'this side closed the connection after 0 bytes, before 4 bytes');
  const warnings: string[] = [];
  const before = setReporter((_, text) => void warnings.push(text));
  for (let count = 0; count < 20; count++) writer.write(Buffer.from('late'));
  setReporter(before);
  assert.equal(warnings.length, 1);
  assert.match(
    warnings[0] ?? '',
    /^bytes are written to a lost connection .*-> 127\.0\.0\.1:\d+: stop when drain/,
  );
  const drained = await failureOf<ConnectionAbortedError>(async () => await writer.drain());
  assert.ok(drained instanceof ConnectionAbortedError && drained instanceof ConnectionError);
  assert.match(drained.message, /this side has closed the connection, by close\(\) or abort\(\)/);
  assertCalledHere(drained);
  await server.shutdown();
});

onBackends('reader: what is over the limit names the option', async () => {
  const server = await startServer(
    async (_, writer) => {
      writer.write(Buffer.alloc(100, 'a'));
      await writer.drain();
    },
    '127.0.0.1',
    0,
  );
  const [reader, writer] = await openConnection('127.0.0.1', server.port, { limit: 10 });
  const error = await failureOf<LimitOverrunError>(async () => await reader.readUntil(Buffer.from(';')));
  assert.ok(error instanceof LimitOverrunError);
  assert.match(error.message, /within 10 bytes: to allow it, give openConnection .* a larger `limit`/);
  writer.transport.abort();
  await server.shutdown();
});

onBackends(
  'write: in debug mode a buffer that is changed before it was sent is told of, once',
  async (loop) => {
    loop.setDebug(true);
    loop.slowCallbackDuration = Infinity;
    const told: { message: string; exception?: unknown }[] = [];
    loop.setExceptionHandler((_, context) => void told.push(context));
    const server = await startServer(
      async (reader) => {
        await sleep(5);
        await reader.read();
      },
      '127.0.0.1',
      0,
    );
    const [, writer] = await openConnection('127.0.0.1', server.port);
    const left = Buffer.alloc(6_000_000, 'l');
    const changed = Buffer.alloc(6_000_000, 'c');
    writer.write(left);
    writer.write(changed);
    changed.fill('x', 5_000_000);
    writer.close();
    await writer.waitClosed();
    await server.shutdown();
    assert.deepEqual(
      told.map(({ message }) => message),
      ['a write buffer was changed too early'],
    );
    const { exception } = told[0] as { exception: Error };
    assert.match(exception.stack ?? '', /messages\.test\.ts/);
  },
);

onBackends(
  'reader: a reset names the peer, and has the stack of the line that waited',
  async () => {
    const server = await startServer(
      async (reader, writer) => {
        await reader.read(1);
        // What is left unread makes the end a reset; the host would have read it all.
        writer.transport.abort();
      },
      '127.0.0.1',
      0,
    );
    const [reader, writer] = await openConnection('127.0.0.1', server.port);
    writer.write(Buffer.alloc(100_000));
    const error = await failureOf<OSError>(async () => {
      await reader.readExactly(10);
    });
    assert.ok(error instanceof ConnectionError);
    assert.deepEqual([error.address, error.port], ['127.0.0.1', server.port]);
    assert.match(error.message, /^(recv|read|send|write) 127\.0\.0\.1:\d+: .*\((ECONNRESET|EPIPE)\)$/);
    if (!onBun) assertCalledHere(error);
    assert.equal(reader.exception(), error);
    await server.shutdown();
  },
  { only: 'selector' },
);
