import '../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { InvalidArgumentError, timeout, TimeoutError, workerModule } from '../../src/asyncio.ts';
import { OperationalError, ProgrammingError } from '../../src/sqlite/sqlite.ts';
import { counting, inLoop, opened } from './opened.ts';
import type * as SqlFunctions from './sqlFunctions.ts';

const fromModule = workerModule<typeof SqlFunctions>(new URL('./sqlFunctions.ts', import.meta.url));

test(
  'createFunction: by source and from a module, values of every type',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.createFunction('echo', (value) => value);
    assert.deepEqual(
      await db.fetchone(
        "SELECT echo(1), typeof(echo(1)), echo(1.5), echo('x'), echo(NULL), echo(9007199254740993)",
      ),
      [1, 'integer', 1.5, 'x', null, 9007199254740993n],
    );
    const [blob] = (await db.fetchone<[Uint8Array]>("SELECT echo(x'0102')")) as [Uint8Array];
    assert.deepEqual([...blob], [1, 2]);
    await db.createFunction('initials', fromModule.initials, { parameters: 1, deterministic: true });
    assert.deepEqual(await db.fetchone("SELECT initials('Ada King Lovelace')"), ['AKL']);
    await assert.rejects(db.execute("SELECT initials('a', 'b')"), OperationalError);
    await db.createFunction('count_them', (...values) => values.length);
    assert.deepEqual(await db.fetchone('SELECT count_them(), count_them(1, 2, 3)'), [0, 3]);
    await db.createFunction('say', () => true);
    await db.createFunction('none', () => undefined);
    assert.deepEqual(await db.fetchone('SELECT say(), none()'), [1, null]);
  }),
);

test(
  'createFunction: one that throws, returns what SQLite cannot hold, or is not there',
  inLoop(async () => {
    const db = await opened();
    await db.createFunction('bad', () => {
      throw new RangeError('too far');
    });
    await assert.rejects(db.execute('SELECT bad()'), (error: OperationalError) => {
      assert(error instanceof OperationalError);
      assert.match(error.message, /RangeError: too far/);
      assert.equal((error.cause as Error).name, 'RangeError');
      return true;
    });
    await db.createFunction('odd', (() => ({})) as never);
    await assert.rejects(db.execute('SELECT odd()'), /which SQLite cannot hold/);
    await assert.rejects(db.createFunction('f', fromModule['nothing' as never]), ProgrammingError);
    await assert.rejects(
      db.createFunction('', () => 1),
      InvalidArgumentError,
    );
    await assert.rejects(db.createFunction('f', 1 as never), InvalidArgumentError);
    await assert.rejects(
      db.createFunction('f', () => 1, { parameters: -1 }),
      InvalidArgumentError,
    );
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
  }),
);

test(
  'createAggregate: groups, none, window, an error',
  inLoop(async () => {
    const db = await opened(':memory:', { rows: 'array' });
    await db.createAggregate('range', fromModule.range, { parameters: 1 });
    assert.deepEqual(
      await db.fetchall('SELECT column1, range(column2) FROM (VALUES (1, 2), (1, 9), (2, 5)) GROUP BY 1'),
      [
        [1, 7],
        [2, 0],
      ],
    );
    assert.deepEqual(await db.fetchone('SELECT range(1) WHERE 0'), [null]);
    assert.deepEqual(
      await db.fetchall(`SELECT range(i * i) OVER (ORDER BY i ROWS 1 PRECEDING) FROM (${counting(4)})`),
      [[0], [3], [5], [7]],
    );
    await assert.rejects(
      db.createAggregate('broken', (() => ({})) as never),
      /broken\(\) .* step and finalize/,
    );
  }),
);

test(
  'createFunction: one that never returns is ended by a cancel',
  inLoop(async () => {
    const db = await opened();
    await db.createFunction('forever', () => {
      for (;;);
    });
    await assert.rejects(
      timeout(20, () => db.execute('SELECT forever()')),
      TimeoutError,
    );
    assert.deepEqual(await db.fetchone('SELECT 1 AS one'), { one: 1 });
  }),
);

test(
  'createFunction: one that needs what stands around it says why it finds nothing there',
  inLoop(async () => {
    const db = await opened();
    // Bun puts a constant that it knows into the function.
    const rate = Number('3');
    await db.createFunction('times', (n) => Number(n) * rate);
    await assert.rejects(
      db.execute('SELECT times(1)'),
      /rate.* runs in the database's worker.*export it from a module/,
    );
  }),
);
