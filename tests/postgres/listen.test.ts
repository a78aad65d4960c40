// Notifications: on a connection, and over its end.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { createTask, InvalidArgumentError, isCancelled, sleep } from '../../src/asyncio.ts';
import { InterfaceError, InvalidPasswordError, listen } from '../../src/postgres/postgres.ts';
import type { Listener, Notification } from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testConnected, testInLoop } from './inPostgres.ts';

const postgres = startPostgres();
const quick = { retryDelay: [5, 20] } as const;

async function payload(listener: Listener): Promise<string | undefined> {
  const heard = await listener.next();
  return heard?.gap === false ? heard.payload : heard?.gap === true ? 'gap' : undefined;
}

testInLoop('a NOTIFY from psql arrives', async () => {
  await using listener = await listen(['jobs', 'od"d;'], postgres.url);
  postgres.psql('NOTIFY jobs, \'one\'; NOTIFY "od""d;"; NOTIFY unheard');
  const first = await listener.next();
  assert.ok(first?.gap === false);
  assert.equal(first.channel, 'jobs');
  assert.equal(first.payload, 'one');
  assert.ok(first.processID > 0);
  const second = await listener.next();
  assert.ok(second?.gap === false);
  assert.deepEqual([second.channel, second.payload], ['od"d;', '']);
});

testConnected(
  postgres,
  'a loop over a listener hears all in order, and ends when it is closed',
  async (connection) => {
    const listener = await listen('many', postgres.url);
    const heard: string[] = [];
    const task = createTask(async () => {
      for await (const one of listener) if (!one.gap) heard.push(one.payload);
      return 'ended';
    });
    for (let i = 0; i < 100; i++) await connection.fetch('SELECT pg_notify($1, $2)', ['many', `${i}`]);
    while (heard.length < 100) await sleep(1);
    assert.deepEqual(
      heard,
      Array.from({ length: 100 }, (_, i) => `${i}`),
    );
    await listener.close();
    assert.equal(await task, 'ended');
    assert.equal(await listener.next(), undefined);
    await listener.close();
  },
);

testConnected(
  postgres,
  'a connection that is cut is made again, and the gap is told',
  async (connection) => {
    await using listener = await listen('cut', {
      dsn: postgres.url,
      ...quick,
      applicationName: 'the listener',
    });
    await connection.fetch("SELECT pg_notify('cut', 'before')");
    assert.equal(await payload(listener), 'before');
    await connection.fetch(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'the listener'",
    );
    const gap = await listener.next();
    assert.ok(gap?.gap === true);
    assert.ok(gap.duration >= 0);
    assert.match(String(gap.reason), /terminating connection/);
    assert.equal(listener.isConnected, true);
    await connection.fetch("SELECT pg_notify('cut', 'after')");
    assert.equal(await payload(listener), 'after');
  },
);

testInLoop('a server that is restarted: the listener outlives it', async () => {
  await using listener = await listen('again', { dsn: postgres.url, ...quick });
  await postgres.stop();
  await sleep(50);
  assert.equal(listener.isConnected, false);
  await postgres.start();
  assert.equal(await payload(listener), 'gap');
  postgres.psql("NOTIFY again, 'here'");
  assert.equal(await payload(listener), 'here');
});

testInLoop('a server that says nothing more is found out by a heartbeat', async () => {
  const options = { dsn: postgres.url, ...quick, heartbeat: 20, cancelTimeout: 50, timeout: 100 };
  await using listener = await listen('silent', options);
  await sleep(60);
  assert.equal(listener.isConnected, true);
  postgres.pause();
  try {
    while (listener.isConnected) await sleep(5);
  } finally {
    postgres.resume();
  }
  assert.equal(await payload(listener), 'gap');
});

testConnected(postgres, 'what waits to be taken is bounded, and nothing is lost', async (connection) => {
  await using listener = await listen('flood', { dsn: postgres.url, maxWaiting: 10 });
  const count = 3000;
  await connection.executeMany(
    "SELECT pg_notify('flood', $1)",
    Array.from({ length: count }, (_, i) => [`${i}-${'x'.repeat(500)}`]),
  );
  await sleep(20);
  for (let i = 0; i < count; i++) assert.ok((await payload(listener))?.startsWith(`${i}-`));
});

testConnected(postgres, 'a listener that nobody reads any more closes at once', async (connection) => {
  const listener = await listen('unread', { dsn: postgres.url, maxWaiting: 2 });
  const sets = Array.from({ length: 2000 }, (_, i) => [`${i}-${'x'.repeat(1000)}`]);
  await connection.executeMany("SELECT pg_notify('unread', $1)", sets);
  await sleep(20);
  const began = performance.now();
  await listener.close();
  assert.ok(performance.now() - began < 3000);
});

testConnected(postgres, 'a cancel ends the wait for the next, and loses nothing', async (connection) => {
  await using listener = await listen('kept', postgres.url);
  const waiting = createTask(() => listener.next());
  await sleep(1);
  await assert.rejects(listener.next(), InterfaceError);
  waiting.cancel();
  await assert.rejects(waiting, isCancelled);
  await connection.fetch("SELECT pg_notify('kept', 'still')");
  assert.equal(await payload(listener), 'still');
});

testInLoop('listening fails as connecting does, and takes channels', async () => {
  await assert.rejects(listen('x', postgres.urlOf('secret', 'wrong')), InvalidPasswordError);
  await assert.rejects(listen([], postgres.url), InvalidArgumentError);
});

testConnected(postgres, 'addListener and removeListener on a connection', async (connection) => {
  const heard: Notification[] = [];
  const listener = (notification: Notification): void => void heard.push(notification);
  await connection.addListener('here', listener);
  await connection.addListener('here', () => {});
  await connection.fetch("SELECT pg_notify('here', 'x')");
  await sleep(0);
  assert.deepEqual(heard, [{ channel: 'here', payload: 'x', processID: connection.serverProcessID }]);
  await connection.removeListener('here', listener);
  await connection.removeListener('never', listener);
  await connection.fetch("SELECT pg_notify('here', 'y')");
  await sleep(0);
  assert.equal(heard.length, 1);
  await connection.reset();
  assert.deepEqual(await connection.fetch('SELECT pg_listening_channels()'), []);
  let ended = 0;
  connection.addTerminationListener(() => ended++);
  await connection.close();
  await sleep(0);
  assert.equal(ended, 1);
});
