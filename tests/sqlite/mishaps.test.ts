import '../harness.ts';
import { strict as assert } from 'node:assert';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTask, InvalidArgumentError, NoRunningLoopError, sleep } from '../../src/asyncio.ts';
import { inBatches } from '../../src/sqlite/bindings.ts';
import { connect, OperationalError } from '../../src/sqlite/sqlite.ts';
import type { Connection } from '../../src/sqlite/sqlite.ts';
import { counting, endless, inLoop, opened, place } from './opened.ts';
import { slowFunction } from './slowFunction.ts';

test(
  'a statement with a NUL is refused, and not cut off there',
  inLoop(async () => {
    const db = await opened();
    await assert.rejects(db.execute('SELECT 1 \0 FROM nowhere'), InvalidArgumentError);
    await assert.rejects(
      db.executescript('CREATE TABLE a (x); \0 CREATE TABLE b (x)'),
      InvalidArgumentError,
    );
    await assert.rejects(db.prepare('\0'), InvalidArgumentError);
    assert.deepEqual(await db.fetchall('SELECT name FROM sqlite_schema'), []);
    // These drivers read a text up to there.
    const cuts = 'Deno' in globalThis || process.version.startsWith('v22.');
    const text = cuts ? 'a' : 'a\0b';
    assert.deepEqual(await db.fetchone('SELECT ? AS text', ['a\0b']), { text });
  }),
);

test(
  'a literal, a name and a comment of megabytes are read',
  inLoop(async () => {
    const db = await opened();
    const long = 'x'.repeat(4_000_000);
    const text = `SELECT length('${long}''é') AS a, 1 AS "${long}" /* ${long} */ -- ${long}`;
    assert.deepEqual(await db.fetchone(text), { a: 4_000_002, [long]: 1 });
    await db.executescript(`CREATE TABLE t (x); INSERT INTO t VALUES ('${long}'); DELETE FROM t`);
    assert.deepEqual(await db.fetchone(`SELECT 'a''; b' AS "c""; d", [x;] FROM (SELECT 1 AS [x;])`), {
      'c"; d': "a'; b",
      'x;': 1,
    });
  }),
);

test(
  'createFunction: a name that SQLite would cut off, or not take, is refused',
  inLoop(async () => {
    const db = await opened();
    const one = (): number => 1;
    await assert.rejects(db.createFunction('a\0b', one), InvalidArgumentError);
    await assert.rejects(db.createFunction('é'.repeat(128), one), InvalidArgumentError);
    await db.createFunction('é'.repeat(127), one);
  }),
);

test(
  'a file that is gone is not made anew when a cancel has ended the process',
  inLoop(async () => {
    const db = await opened(place());
    await db.execute('CREATE TABLE t (x)');
    rmSync(place());
    const burning = createTask(() => db.execute(endless));
    await sleep(30);
    burning.cancel();
    await assert.rejects(burning);
    await assert.rejects(
      db.execute('SELECT 1'),
      (error: unknown) => error instanceof OperationalError && /there no longer/.test(error.message),
    );
    assert.equal(existsSync(place()), false);
  }),
);

test(
  'a process that starts anew is not ended by the cancel of who waits for it',
  inLoop(async () => {
    const db = await opened(place());
    const gate = slowFunction('seven');
    await db.createFunction('seven', gate.fn);
    const burning = createTask(() => db.execute(endless));
    await sleep(30);
    burning.cancel();
    await assert.rejects(burning);
    gate.shut();
    for (let n = 0; n < 3; n++) {
      const impatient = createTask(() => db.fetchone('SELECT 1 AS a'));
      if (n === 0) while (gate.loads() < 2) await sleep(1);
      else await sleep(2);
      impatient.cancel();
      await assert.rejects(impatient);
    }
    gate.open();
    assert.deepEqual(await db.fetchone('SELECT seven() AS a'), { a: 7 });
    assert.equal(gate.loads(), 2);
  }),
);

test(
  'close: ends a process that starts anew and that nobody waits for',
  inLoop(async () => {
    const db = await opened(place());
    const gate = slowFunction('seven');
    await db.createFunction('seven', gate.fn);
    const burning = createTask(() => db.execute(endless));
    await sleep(30);
    burning.cancel();
    await assert.rejects(burning);
    gate.shut();
    const impatient = createTask(() => db.fetchone('SELECT 1 AS a'));
    while (gate.loads() < 2) await sleep(1);
    impatient.cancel();
    await assert.rejects(impatient);
    await db.close();
  }),
);

test('connect: outside of a loop it fails, and leaves no folder', async () => {
  const folder = '/dev/shm';
  const own = (): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  const before = new Set(own());
  await assert.rejects(connect(':memory:'), NoRunningLoopError);
  const left = own().filter((name) => name.startsWith('asyncio-ts-sqlite-') && !before.has(name));
  // Others may make theirs at the same time, with something in it.
  assert.deepEqual(
    left.filter((name) => existsSync(`${folder}/${name}`) && readdirSync(`${folder}/${name}`).length === 0),
    [],
  );
});

test(
  'interrupt: reaches what runs, also while close waits for that',
  inLoop(async () => {
    const db = await opened();
    const burning = createTask(() => db.execute(endless));
    await sleep(30);
    const closing = createTask(() => db.close());
    await sleep(0);
    db.interrupt();
    await assert.rejects(burning, /interrupted/);
    await closing;
    assert.equal(db.closed, true);
  }),
);

test('executemany: sets are sent by their number, and by their bytes', async () => {
  const sizes = async (sets: Uint8Array[][]): Promise<number[]> => {
    const all: number[] = [];
    for await (const batch of inBatches(sets)) all.push(batch.length);
    return all;
  };
  const of = (count: number, bytes: number): Uint8Array[][] =>
    Array.from({ length: count }, () => [new Uint8Array(bytes)]);
  assert.deepEqual(await sizes([]), [0]);
  assert.deepEqual(await sizes(of(501, 1)), [250, 250, 1]);
  assert.deepEqual(await sizes(of(5, 1_500_000)), [3, 2]);
});

// Of Node, since that has the collector at hand.
test(
  'a cursor that nobody reads to its end and that is forgotten gives up its lock',
  { skip: process.versions['bun'] !== undefined || 'Deno' in globalThis },
  inLoop(async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const db = await opened(place());
    const other = await opened(place(), { busyTimeout: 0 });
    await db.execute('CREATE TABLE t (x)');
    await db.execute(`INSERT INTO t SELECT i FROM (${counting(5000)})`);
    await forget(db);
    for (let tries = 0; ; tries++) {
      collect();
      await sleep(1);
      try {
        await other.execute('DELETE FROM t');
        break;
      } catch (error) {
        if (tries === 100) throw error;
      }
    }
  }),
);

async function forget(db: Connection): Promise<void> {
  await db.execute('SELECT * FROM t');
}
