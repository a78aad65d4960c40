// The pool: bounded, fair, healing.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import process from 'node:process';
import { inspect } from 'node:util';
import {
  createTask,
  Event,
  InvalidArgumentError,
  moveOnAfter,
  sleep,
  taskGroup,
  TimeoutError,
} from '../../src/asyncio.ts';
import {
  connect,
  createPool,
  InterfaceError,
  InvalidPasswordError,
  PostgresError,
} from '../../src/postgres/postgres.ts';
import type { Connection, Pool } from '../../src/postgres/postgres.ts';
import { startPostgres } from '../services/postgres.ts';
import { testInLoop } from './inPostgres.ts';

const postgres = startPostgres();
const PID = 'SELECT pg_backend_pid()';

testInLoop('a pool is bounded, and first come is first served', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 3 });
  let most = 0;
  let out = 0;
  // Else two connections can be quick enough for all of them before the third is there.
  const full = new Event();
  const order: number[] = [];
  await taskGroup(async (group) => {
    for (let i = 0; i < 30; i++) {
      group.startSoon(async () => {
        await using connection = await pool.acquire();
        order.push(i);
        most = Math.max(most, ++out);
        if (out === 3) full.set();
        await full.wait();
        await connection.fetchValue('SELECT pg_sleep(0.002)');
        out--;
      });
    }
  });
  assert.equal(most, 3);
  assert.equal(pool.size, 3);
  assert.equal(pool.idleSize, 3);
  assert.deepEqual(
    order,
    [...order].sort((a, b) => a - b),
  );
});

testInLoop('a pool and its connections print what they do', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 3 });
  const connection = await pool.acquire();
  assert.equal(inspect(pool), '<Pool used=1/3 idle=0 waiting=0>');
  assert.equal(inspect(connection), `<Connection process=${connection.serverProcessID}>`);
  await connection.transaction(async () => assert.match(inspect(connection), / in a transaction>$/));
  await connection[Symbol.asyncDispose]();
  assert.match(inspect(connection), / closed>$/);
});

testInLoop(
  'a pool refuses at once what cannot be an address, though nobody has asked for a connection',
  async () => {
    await assert.rejects(createPool('localhost/shop'), InvalidArgumentError);
    await assert.rejects(createPool({ port: 70_000 }), InvalidArgumentError);
  },
);

testInLoop('a connection that is given back before its query is done says what was forgotten', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const forgetful = async (connected: Promise<Connection>): Promise<unknown> => {
    await using connection = await connected;
    const rows = connection.fetch('SELECT pg_sleep(60)');
    // Here it would be an unhandled rejection, as it fails before the connection is back.
    rows.catch(() => {});
    return rows;
  };
  const said = { message: /in the middle of an operation: .*given back.*await it first/ };
  await assert.rejects(forgetful(pool.acquire()), said);
  await assert.rejects(forgetful(connect(postgres.url)), said);
  assert.equal(await pool.fetchValue('SELECT 1'), 1);
});

testInLoop('a thousand waiting tasks get their answers', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 5 });
  let sum = 0;
  await taskGroup(async (group) => {
    for (let i = 0; i < 1000; i++) {
      group.startSoon(async () => {
        const value = await pool.fetchValue<number>('SELECT $1::int', [i]);
        sum += value ?? 0;
      });
    }
  });
  assert.equal(sum, 499_500);
  assert.equal(pool.size, 5);
});

testInLoop('minSize connections are made at once; the others when they are wanted', async () => {
  await using pool = await createPool({ dsn: postgres.url, minSize: 2, maxSize: 4 });
  assert.deepEqual([pool.size, pool.idleSize, pool.minSize, pool.maxSize], [2, 2, 2, 4]);
  const held: Connection[] = [];
  for (let i = 0; i < 4; i++) held.push(await pool.acquire());
  assert.deepEqual([pool.size, pool.idleSize], [4, 0]);
  await assert.rejects(pool.acquire({ timeout: 20 }), (error) => {
    assert(error instanceof TimeoutError);
    assert.match(error.message, /became free within 20 ms: 4 of 4 are in use/);
    return true;
  });
  assert.equal(pool.waiting, 0);
  for (const connection of held) await pool.release(connection);
  assert.equal(pool.idleSize, 4);
  for (const bad of [
    { minSize: -1 },
    { maxSize: 0 },
    { minSize: 3, maxSize: 2 },
    { maxQueries: 0.5 },
    { reset: 'x' },
  ]) {
    await assert.rejects(createPool({ dsn: postgres.url, ...bad } as never), InvalidArgumentError);
  }
});

testInLoop('a connection that was given back is of no use any more', async () => {
  await using pool = await createPool({ dsn: postgres.url });
  const connection = await pool.acquire();
  const statement = await connection.prepare('SELECT 1');
  await pool.release(connection);
  await pool.release(connection);
  assert.equal(connection.isClosed, true);
  await assert.rejects(connection.fetch('SELECT 1'), /given back/);
  await assert.rejects(statement.fetch(), /given back/);
  assert.throws(() => connection.cursor('SELECT 1'), InterfaceError);
  await connection.close();
  connection.terminate();
  await assert.rejects(pool.release(undefined as never), InvalidArgumentError);
  await using stranger = await connect(postgres.url);
  await assert.rejects(pool.release(stranger), /not of this pool/);
  assert.equal(await pool.fetchValue('SELECT 1'), 1);
});

testInLoop('what is left in a session does not reach the next', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const pid = await pool.fetchValue(PID);
  {
    await using connection = await pool.acquire();
    await connection.execute("SET work_mem = '7MB'; SELECT pg_advisory_lock(7); LISTEN somewhere");
    await connection.execute('BEGIN; DECLARE held CURSOR WITH HOLD FOR SELECT 1; COMMIT; BEGIN');
  }
  await assertFresh(pool, pid);
  // By single queries too, as far as their text shows it.
  await pool.fetch("SELECT set_config('work_mem', '7MB', false)");
  await pool.execute('SELECT pg_advisory_lock(8)');
  await pool.execute("SET work_mem = '9MB'");
  await pool.execute('LISTEN somewhere');
  await assert.rejects(pool.execute('BEGIN; SELECT 1/0'), PostgresError);
  await assertFresh(pool, pid);
});

async function assertFresh(pool: Pool, pid: unknown): Promise<void> {
  const left = await pool.fetchRow(`SELECT pg_backend_pid() AS pid, current_setting('work_mem') AS setting,
    (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory') AS locks,
    (SELECT count(*) FROM pg_listening_channels()) AS channels, (SELECT count(*) FROM pg_cursors WHERE name <> '') AS cursors`);
  assert.deepEqual(left, { pid, setting: '4MB', locks: 0, channels: 0, cursors: 0 });
}

testInLoop(
  'a connection in a transaction, or with something in progress, does not go to the next',
  async () => {
    await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
    const pid = await pool.fetchValue(PID);
    const first = await pool.acquire();
    await first.execute('BEGIN; CREATE TABLE never(n int)');
    await pool.release(first);
    assert.equal(await pool.fetchValue(PID), pid);
    assert.equal(await pool.fetchValue("SELECT to_regclass('never')"), null);
    const second = await pool.acquire();
    const forgotten = second.fetch('SELECT pg_sleep(60)').catch((error: unknown) => error);
    await pool.release(second);
    assert.ok((await forgotten) instanceof PostgresError);
    assert.notEqual(await pool.fetchValue(PID), pid);
  },
);

testInLoop('init is for each connection that is made, setup for each that is acquired', async () => {
  const calls: string[] = [];
  await using pool = await createPool({
    dsn: postgres.url,
    maxSize: 1,
    init: async (connection) => {
      calls.push('init');
      await connection.setTypeCodec('int8', { encode: String, decode: BigInt });
    },
    setup: async (connection) => {
      calls.push('setup');
      await connection.execute("SET application_name = 'set up'");
    },
  });
  assert.equal(await pool.fetchValue('SELECT count(*) FROM generate_series(1, 3)'), 3n);
  assert.equal(await pool.fetchValue('SHOW application_name'), 'set up');
  assert.deepEqual(calls, ['init', 'setup', 'setup']);
});

testInLoop('an error in init or setup is that of who acquires, and nothing is left', async () => {
  let fails = true;
  const failing = async (): Promise<void> => {
    if (fails) throw new RangeError('not now');
  };
  for (const which of ['init', 'setup'] as const) {
    fails = true;
    await using pool = await createPool({ dsn: postgres.url, maxSize: 1, [which]: failing });
    await assert.rejects(pool.acquire(), RangeError);
    await assert.rejects(pool.fetch('SELECT 1'), RangeError);
    fails = false;
    assert.equal(await pool.fetchValue('SELECT 1'), 1);
  }
  fails = true;
  await assert.rejects(createPool({ dsn: postgres.url, minSize: 1, init: failing }), RangeError);
});

testInLoop('old, worn and idle connections are replaced', async () => {
  const pids = async (pool: Pool): Promise<boolean> => {
    const [first, second] = [await pool.fetchValue(PID), await pool.fetchValue(PID)];
    return first === second;
  };
  await using steady = await createPool({ dsn: postgres.url });
  assert.equal(await pids(steady), true);
  await using worn = await createPool({ dsn: postgres.url, maxQueries: 1 });
  assert.equal(await pids(worn), false);
  await using old = await createPool({ dsn: postgres.url, maxLifetime: 20 });
  const young = await old.fetchValue(PID);
  await sleep(25);
  assert.notEqual(await old.fetchValue(PID), young);
  const before = await steady.fetchValue(PID);
  steady.expireConnections();
  await sleep(1);
  assert.notEqual(await steady.fetchValue(PID), before);
  await using idle = await createPool({ dsn: postgres.url, minSize: 1, maxInactiveConnectionLifetime: 20 });
  await using a = await idle.acquire();
  const b = await idle.acquire();
  await b[Symbol.asyncDispose]();
  assert.equal(idle.size, 2);
  while (idle.size > 1) await sleep(5);
  assert.equal(a.isClosed, false);
});

testInLoop('an idle connection whose server is silent is not given out', async () => {
  await using pool = await createPool({
    dsn: postgres.url,
    maxSize: 1,
    healthCheckAfter: 0,
    cancelTimeout: 100,
  });
  const pid = await pool.fetchValue<number>(PID);
  process.kill(pid as number, 'SIGSTOP');
  try {
    assert.notEqual(await pool.fetchValue(PID), pid);
  } finally {
    process.kill(pid as number, 'SIGCONT');
  }
});

testInLoop('a connection that is closed, by the program or by the server, is replaced', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const connection = await pool.acquire();
  const waiting = createTask(() => pool.fetchValue(PID));
  await connection.close();
  assert.ok((await waiting) !== connection.serverProcessID);
  const other = await pool.acquire();
  other.terminate();
  await assert.rejects(other.fetch('SELECT 1'), InterfaceError);
  // There is room for another at once.
  assert.equal(await pool.fetchValue('SELECT 1', [], { timeout: 5000 }), 1);
  await pool.release(other);
  const pid = await pool.fetchValue(PID);
  postgres.psql(`SELECT pg_terminate_backend(${pid})`);
  // The end of the connection has to be seen.
  await sleep(20);
  assert.notEqual(await pool.fetchValue(PID), pid);
});

testInLoop('a server that is restarted under load: clear errors, and the pool heals', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 4, minSize: 4 });
  const states = new Set<string>();
  let [good, isOver] = [0, false];
  await taskGroup(async (group) => {
    for (let i = 0; i < 8; i++) {
      group.startSoon(async () => {
        while (!isOver) {
          try {
            await pool.fetchValue('SELECT pg_sleep(0.001)');
            good++;
          } catch (error) {
            states.add((error as { code: string }).code);
            await sleep(5);
          }
        }
      });
    }
    while (good < 20) await sleep(1);
    await postgres.restart('fast');
    const since = good;
    while (good < since + 50) await sleep(1);
    await postgres.restart('immediate');
    const after = good;
    while (good < after + 50) await sleep(1);
    isOver = true;
  });
  assert.ok(states.size > 0);
  // Shutdown, crash, not yet or no longer accepting, connection lost, refused or reset.
  const clear = ['57P01', '57P02', '57P03', '08003', '08006', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'];
  assert.deepEqual(
    [...states].filter((state) => !clear.includes(state)),
    [],
  );
  assert.equal(pool.size <= 4, true);
  assert.equal(pool.waiting, 0);
});

testInLoop('when connecting fails, who waits hears of it, and the next try is a new one', async () => {
  await using wrong = await createPool({ dsn: postgres.urlOf('secret', 'wrong'), maxSize: 2 });
  for (let i = 0; i < 2; i++) await assert.rejects(wrong.fetch('SELECT 1'), InvalidPasswordError);
  const all = await Promise.allSettled(Array.from({ length: 6 }, () => wrong.acquire()));
  assert.ok(all.every((one) => one.status === 'rejected' && one.reason instanceof InvalidPasswordError));
  assert.deepEqual([wrong.size, wrong.waiting], [0, 0]);
});

testInLoop('who gives up while a connection is being made leaves it to the next', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const results = await Promise.all([
    moveOnAfter(0, () => pool.acquire()),
    moveOnAfter(1, () => pool.acquire()),
    pool.fetchValue('SELECT 1'),
  ]);
  for (const connection of results.slice(0, 2))
    if (connection instanceof Object) await pool.release(connection as Connection);
  assert.equal(await pool.fetchValue('SELECT 2'), 2);
  assert.equal(pool.size, 1);
});

testInLoop('close waits for what is out, refuses the rest, and a cancel cuts it short', async () => {
  const pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const connection = await pool.acquire();
  const waiting = createTask(() => pool.acquire());
  await sleep(0);
  const closing = createTask(() => pool.close());
  await assert.rejects(waiting, /the pool is closed/);
  assert.equal(await connection.fetchValue('SELECT 1'), 1);
  assert.equal(closing.done(), false);
  await pool.release(connection);
  await closing;
  assert.equal(pool.size, 0);
  await assert.rejects(pool.fetch('SELECT 1'), /the pool is closed/);
  await pool.close();
  const other = await createPool({ dsn: postgres.url });
  const held = await other.acquire();
  assert.equal(await moveOnAfter(20, () => other.close().then(() => 'closed')), undefined);
  await assert.rejects(held.fetch('SELECT 1'), InterfaceError);
  await held[Symbol.asyncDispose]();
});

testInLoop('terminate cuts what is in progress', async () => {
  const pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  await pool.fetch('SELECT 1');
  const task = createTask(() => pool.fetch('SELECT pg_sleep(60)'));
  await sleep(5);
  pool.terminate();
  await assert.rejects(
    task,
    (error: unknown) => error instanceof PostgresError && error.sqlstate === '08003',
  );
});

testInLoop('releasing goes to its end though its task is cancelled', async () => {
  await using pool = await createPool({ dsn: postgres.url, maxSize: 1 });
  const task = createTask(async () => {
    const connection = await pool.acquire();
    task.cancel();
    await pool.release(connection);
  });
  await task.catch(() => {});
  assert.deepEqual([pool.size, pool.idleSize], [1, 1]);
  const ended = await moveOnAfter(1000, async () => {
    await using _ = await pool.acquire();
    return true;
  });
  assert.equal(ended, true);
});
