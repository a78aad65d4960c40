// Names of options that nobody knows, and the one that was meant.

import '../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InvalidArgumentError, run } from '../../src/asyncio.ts';
import { checkOptionNames } from '../../src/lowlevel.ts';
import { openClient, serve, serveCluster } from '../../src/http/http.ts';
import { createPool, connect as connectPostgres, listen } from '../../src/postgres/postgres.ts';
import { connect, openDatabase } from '../../src/sqlite/sqlite.ts';
import { onBun, onDeno } from '../commandLine.ts';

test('checkOptionNames: the nearest name is named, and none where none is near', () => {
  const known = Object.fromEntries(
    ['dsn', 'host', 'user', 'password', 'minSize', 'maxSize', 'maxLifetime', 'keepAliveTimeout'].map(
      (name) => [name, 0],
    ),
  );
  const meant: Readonly<Record<string, string>> = {
    max: 'maxSize',
    MAXSIZE: 'maxSize',
    dns: 'dsn',
    pasword: 'password',
    username: 'user',
    hostname: 'host',
    keepAlive: 'keepAliveTimeout',
  };
  for (const [name, near] of Object.entries(meant))
    assert.throws(() => checkOptionNames({ [name]: 1 }, known, 'f'), {
      name: 'InvalidArgumentError',
      argument: name,
      message: `f has no option ${name}; is ${near} meant?`,
    });
  for (const name of ['db', 'x', 'connectionString', 'toString', '__proto__x'])
    assert.throws(() => checkOptionNames({ [name]: 1 }, known, 'f'), {
      message: `f has no option ${name}`,
    });
  checkOptionNames({ dsn: 1, max: undefined }, known, 'f');
  checkOptionNames(undefined, known, 'f');
});

test('serve, openClient, createPool, listen, connect, openDatabase: an unknown option is refused', async () => {
  await run(async () => {
    const wrong = { maxSise: 1 } as object;
    const calls: Readonly<Record<string, () => Promise<unknown>>> = {
      serve: () => serve(() => new Response(), wrong),
      openClient: () => openClient(wrong),
      retry: async () => await (await openClient()).fetch('http://127.0.0.1:4', { retry: wrong }),
      createPool: () => createPool(wrong),
      listen: () => listen('a', wrong),
      'connect of postgres': () => connectPostgres(wrong),
      'connect of sqlite': () => connect(':memory:', wrong),
      openDatabase: () => openDatabase('x.db', wrong),
      ...(!onBun && !onDeno && { serveCluster: () => serveCluster(new URL('file:///x.js'), wrong) }),
    };
    for (const [name, call] of Object.entries(calls))
      await assert.rejects(call(), (error: unknown) => {
        assert.ok(error instanceof InvalidArgumentError, `${name}: ${String(error)}`);
        assert.match(error.message, /has no option maxSise/);
        return true;
      });
  });
});
