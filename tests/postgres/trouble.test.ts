// What goes wrong around a connection: who may not come in, who is not there, and what is cut.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { connect as netConnect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { join } from 'node:path';
import {
  AddressInfoError,
  ConnectionRefusedError,
  createTask,
  FileNotFoundError,
  run,
  sleep,
} from '../../src/asyncio.ts';
import {
  ConnectionDoesNotExistError,
  connect,
  createPool,
  InterfaceError,
  InvalidAuthorizationSpecificationError,
  InvalidCatalogNameError,
  InvalidPasswordError,
  TooManyConnectionsError,
} from '../../src/postgres/postgres.ts';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { testInLoop } from './inPostgres.ts';

const certs = join(root, 'tests/net/tls/certs');
const postgres = startPostgres({
  settings: { max_connections: '12', superuser_reserved_connections: '0' },
  tls: { certificate: join(certs, 'server.crt'), key: join(certs, 'server.key') },
});

testInLoop('who may not come in hears why', async () => {
  await assert.rejects(connect(postgres.urlOf('secret', 'wrong')), InvalidPasswordError);
  await assert.rejects(
    connect({ dsn: postgres.url, user: 'secret', password: 'wrong' }),
    InvalidPasswordError,
  );
  await assert.rejects(connect(postgres.urlOf('secret')), (error: unknown) => {
    assert.ok(error instanceof InterfaceError);
    assert.match(error.message, /asks for a password of 'secret'/);
    return true;
  });
  await assert.rejects(connect({ dsn: postgres.url, database: 'nowhere' }), InvalidCatalogNameError);
  await assert.rejects(
    connect({ dsn: postgres.url, user: 'nobody' }),
    InvalidAuthorizationSpecificationError,
  );
  await using good = await connect(postgres.urlOf('secret', 'sesame'));
  assert.equal(await good.fetchValue('SELECT current_user'), 'secret');
  let asked = 0;
  const password = async (): Promise<string> => (asked++, 'sesame');
  await using token = await connect({ dsn: postgres.urlOf('secret'), password });
  assert.equal(await token.fetchValue('SELECT current_user'), 'secret');
  assert.equal(asked, 1);
});

testInLoop('a server that is not there is an error of the system, with its code', async () => {
  const port = await unusedPort();
  await assert.rejects(connect({ host: '127.0.0.1', port, user: 'x' }), (error: unknown) => {
    assert.ok(error instanceof ConnectionRefusedError);
    assert.equal(error.port, port);
    return true;
  });
  await assert.rejects(connect({ host: 'nowhere.invalid', user: 'x' }), AddressInfoError);
  await assert.rejects(connect({ host: '/no/such/folder', user: 'x' }), FileNotFoundError);
});

testInLoop('what is no Postgres server, or goes away at once, is an error', async () => {
  for (const greet of [
    (socket: Socket) => socket.end(),
    (socket: Socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
  ]) {
    const server = createServer((socket) => void greet(socket.on('error', () => {}).resume()));
    const port = await listening(server);
    await assert.rejects(connect({ host: '127.0.0.1', port, user: 'x', timeout: 2000 }), Error);
    await new Promise((resolve) => server.close(resolve));
  }
});

testInLoop('a server without room says so, and there is room again', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 20 });
  const held = await Promise.allSettled(Array.from({ length: 14 }, () => pool.acquire()));
  const refused = held.filter((one) => one.status === 'rejected');
  assert.ok(refused.length > 0);
  for (const one of refused) assert.ok(one.reason instanceof TooManyConnectionsError);
  for (const one of held) if (one.status === 'fulfilled') await pool.release(one.value);
  assert.equal(await pool.fetchValue('SELECT 1'), 1);
});

testInLoop('a connection that is cut in the middle of a query, or while nothing is asked', async () => {
  await using proxy = await startProxy(postgres.port);
  await using pool = await createPool({ ...proxy.options, maxSize: 1 });
  await pool.fetch('SELECT 1');
  const task = createTask(() => pool.fetch('SELECT pg_sleep(60)'));
  await sleep(5);
  proxy.cut();
  await assert.rejects(task, (error: unknown) => {
    assert.ok(error instanceof ConnectionDoesNotExistError);
    assert.equal(error.sqlstate, '08003');
    assert.match(error.message, /in the middle of an operation/);
    return true;
  });
  assert.equal(await pool.fetchValue('SELECT 1'), 1);
  const idle = await connect(proxy.options);
  const gone = new Promise<void>((resolve) => idle.addTerminationListener(resolve));
  proxy.cut();
  await gone;
  await assert.rejects(idle.fetch('SELECT 1'), ConnectionDoesNotExistError);
  await idle.close();
  // Cut while it is being made.
  proxy.silent = true;
  const connecting = createTask(() => connect(proxy.options));
  await sleep(20);
  proxy.cut();
  await assert.rejects(connecting, Error);
});

testInLoop('over TLS: queries, and a cancel too', async () => {
  const ca = readCertificate('ca.crt');
  const options = { dsn: postgres.url, host: 'localhost', ssl: { ca } };
  await using connection = await connect(options);
  assert.equal(
    await connection.fetchValue('SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'),
    true,
  );
  for (let i = 0; i < 3; i++) {
    const task = createTask(() => connection.fetch('SELECT pg_sleep(60)'));
    await sleep(20);
    const began = performance.now();
    task.cancel();
    await task.catch(() => {});
    assert.ok(performance.now() - began < 1000);
    assert.equal(await connection.fetchValue('SELECT 1'), 1);
  }
  let bytes = 0;
  const output = (chunk: Uint8Array): void => void (bytes += chunk.length);
  await connection.copyFromQuery("SELECT repeat('x', 999) FROM generate_series(1, 5000)", { output });
  assert.equal(bytes, 5_000_000);
});

testInLoop('a certificate that is not trusted, or of another name, is refused', async () => {
  await assert.rejects(connect({ dsn: postgres.url, host: 'localhost', ssl: true }), Error);
  const stranger = { ca: readCertificate('other.crt') };
  await assert.rejects(connect({ dsn: postgres.url, host: 'localhost', ssl: stranger }), Error);
  await using connection = await connect({ dsn: postgres.url, ssl: { rejectUnauthorized: false } });
  assert.equal(await connection.fetchValue('SELECT 1'), 1);
});

test('what is left open ends with the loop', needsPostgres, async () => {
  const left = await run(async () => {
    const connection = await connect(postgres.url);
    const pool = await createPool({ dsn: postgres.url, minSize: 2 });
    return { connection, pool };
  });
  assert.equal(left.connection.isClosed, true);
  assert.equal(left.pool.size, 0);
});

function readCertificate(name: string): string {
  return readFileSync(join(certs, name), 'utf8');
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

interface Proxy extends AsyncDisposable {
  readonly options: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly database: string;
  };
  /** New connections go nowhere. */
  silent: boolean;
  /** Cuts all connections. */
  cut(): void;
}

async function startProxy(target: number): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const ends: Promise<void>[] = [];
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    ends.push(
      new Promise((resolve) =>
        socket.once('close', () => {
          sockets.delete(socket);
          resolve();
        }),
      ),
    );
    return socket;
  };
  const server = createServer((socket) => {
    keep(socket);
    if (proxy.silent) return;
    const upstream = keep(netConnect(target, '127.0.0.1'));
    socket.pipe(upstream).pipe(socket);
    socket.once('close', () => upstream.destroy());
    upstream.once('close', () => socket.destroy());
  });
  const port = await listening(server);
  const proxy: Proxy = {
    options: { host: '127.0.0.1', port, user: 'postgres', database: 'postgres' },
    silent: false,
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    [Symbol.asyncDispose]: async () => {
      proxy.cut();
      await Promise.all(ends);
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return proxy;
}
