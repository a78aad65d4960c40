import { strict as assert } from 'node:assert';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import type { Content } from '../../../tour/folder/content.ts';
import { batchSize } from '../../../tour/folder/passTable.ts';
import { Store } from '../../../tour/folder/store.ts';
import { UserError } from '../../../tour/userError.ts';
import { inspect, newFolder } from '../folders.ts';

function row(i: number): Content {
  return {
    path: `file${i}`,
    bytes: i,
    sha256: String(i).padStart(64, '0'),
    modified: 0,
    device: 1,
    inode: i,
  };
}

function refused(message: RegExp, exitCode: number): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof UserError, String(error));
    assert.match(error.message, message);
    assert.equal(error.exitCode, exitCode);
    return true;
  };
}

test('whole batches are safe at once, the rest with the commit', () => {
  const file = join(newFolder(), 'tour.sqlite');
  const store = new Store(file);
  store.startRun('/somewhere');
  const table = store.startPass('concurrent', 1000);
  for (let i = 0; i < batchSize + 10; i += 1) table.add(row(i));
  assert.equal(table.written.files, batchSize);
  store.close(); // as an interrupt without a commit would
  const { integrity, passes, rows } = inspect(file);
  assert.equal(integrity, 'ok');
  assert.equal(rows['concurrent'], batchSize);
  assert.equal(passes['concurrent']?.['files'], batchSize);
  assert.equal(passes['concurrent']?.['state'], 'running');
  assert.deepEqual(readdirSync(join(file, '..')), ['tour.sqlite']);
});

test('a full disk keeps what was written, says so once, and the database stays whole', () => {
  const file = join(newFolder(), 'tour.sqlite');
  const store = new Store(file, { maxPages: 40 });
  store.startRun('/somewhere');
  const table = store.startPass('sequential', 100_000);
  assert.throws(
    () => {
      for (let i = 0; i < 100_000; i += 1) table.add(row(i));
    },
    refused(/no room left for the database '.*': the disk is full/, 1),
  );
  const safe = table.written.files;
  assert.ok(safe >= batchSize, String(safe));
  table.add(row(1));
  table.commit('done');
  assert.equal(table.written.files, safe);
  assert.equal(store.check(), 'ok');
  store.close();
  const { integrity, passes, rows } = inspect(file);
  assert.equal(integrity, 'ok');
  assert.equal(rows['sequential'], safe);
  assert.equal(passes['sequential']?.['state'], 'failed');
});

test('the last results stay until a run begins', () => {
  const file = join(newFolder(), 'tour.sqlite');
  const first = new Store(file);
  first.startRun('/somewhere');
  const table = first.startPass('sequential', 1);
  table.add(row(1));
  table.commit('done');
  first.close();
  const second = new Store(file);
  second.close();
  assert.equal(inspect(file).rows['sequential'], 1);
  const third = new Store(file);
  third.startRun('/somewhere');
  third.close();
  assert.deepEqual(inspect(file).passes, {});
});

test("what is not the tour's is left as it is", () => {
  const folder = newFolder({ 'letter.txt': 'Dear reader, this is no database at all.\n'.repeat(50) });
  const letter = join(folder, 'letter.txt');
  assert.throws(() => new Store(letter), refused(/is not a SQLite database, and is left as it is/, 2));
  assert.match(readFileSync(letter, 'utf8'), /^Dear reader/);

  const other = join(folder, 'other.sqlite');
  const db = new DatabaseSync(other);
  db.exec('CREATE TABLE run (important TEXT)');
  db.close();
  const before = readFileSync(other);
  assert.throws(() => new Store(other), refused(/database of another program/, 2));
  assert.deepEqual(readFileSync(other), before);
});

test('two programs cannot write to one database', () => {
  const file = join(newFolder(), 'tour.sqlite');
  const store = new Store(file);
  store.startRun('/somewhere');
  assert.throws(() => new Store(file), refused(/in use by another program/, 2));
  store.close();
});

test('a place where no database can be is named', () => {
  const folder = newFolder({ file: '' });
  mkdirSync(join(folder, 'sub'));
  assert.throws(
    () => new Store(join(folder, 'none', 'x.sqlite')),
    refused(/there is no folder '.*none'/, 2),
  );
  assert.throws(() => new Store(join(folder, 'file', 'x.sqlite')), refused(/is not a folder|no folder/, 2));
  assert.throws(() => new Store(join(folder, 'sub')), refused(/is a folder/, 2));
  writeFileSync(join(folder, 'empty.sqlite'), '');
  new Store(join(folder, 'empty.sqlite')).close();
  new Store(join(folder, 'made', 'x.sqlite'), { makeFolder: true }).close();
});
