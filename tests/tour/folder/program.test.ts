// The real program on small folders, in processes of its own.

import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { accessSync, chmodSync, constants, linkSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inspect, manyFiles, newFolder, rowsOf, runTour } from '../folders.ts';

const posix = process.platform !== 'win32';
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

test('it indexes a folder twice, compares, and tells the largest and the duplicates', async () => {
  const folder = newFolder({
    'large.bin': 'L'.repeat(50_000),
    'a/same.txt': 'the same '.repeat(100),
    'b/same.txt': 'the same '.repeat(100),
    empty1: '',
    empty2: '',
    ...manyFiles(300),
  });
  linkSync(join(folder, 'large.bin'), join(folder, 'another name of large.bin'));
  const db = join(folder, 'tour.sqlite'); // inside: it must not index itself
  const { code, stdout, stderr } = await runTour([folder, '--db', db, '--limit', '8']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /306 files in 6 folders/);
  assert.match(stdout, /^one by one .*\nconcurrently .*\nspeed-up +\d+\.\d ×$/m);
  assert.match(stdout, /Largest files\n +50\.0 kB {2}another name of large\.bin\n +50\.0 kB {2}large\.bin/);
  assert.match(
    stdout,
    /Duplicates {2}1 file more than needed in 1 group, 900 B wasted\n +900 B {2}2 × a\/same\.txt/,
  );
  assert.match(stdout, /found\s+the same content/);
  assert.match(stdout, /integrity ok/);
  assert.ok(!(stdout + stderr).includes('\x1b'));
  assert.match(
    stderr,
    /^Reads and hashes every file of .*\n(?:.*\n)*?listing: 306 files in 6 folders\n(?:.*\n)*?warm-up: 306 files.*\n(?:.*\n)*?one by one: 306 files.*\n(?:.*\n)*?concurrently: 306 files/,
  );
  assert.deepEqual(inspect(db).rows, { sequential: 306, concurrent: 306 });
  const [first, second] = [rowsOf(db, 'sequential'), rowsOf(db, 'concurrent')];
  assert.deepEqual(first, second);
  assert.equal(
    first.find(({ path }) => path === 'folder2/file200.txt')?.['sha256'],
    sha256('file number 200\n'),
  );
});

test('an empty folder is no problem', async () => {
  const folder = newFolder();
  const { code, stdout, stderr } = await runTour([folder, '--db', join(newFolder(), 'x.sqlite')]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /0 files in 1 folder/);
  assert.doesNotMatch(stdout, /NaN|Infinity/);
});

test('one pass alone is told without a comparison', async () => {
  const folder = newFolder(manyFiles(20));
  const db = join(newFolder(), 'x.sqlite');
  const { code, stdout } = await runTour([folder, '--db', db, '--passes', 'concurrent', '--no-warm']);
  assert.equal(code, 0);
  assert.doesNotMatch(stdout, /speed-up|one by one/);
  assert.deepEqual(inspect(db).rows, { concurrent: 20 });
});

test('pipes, loops of links, strange names: nothing hangs, all is told', { skip: !posix }, async () => {
  const folder = newFolder({ 'a\nb\x1b[31m.txt': 'odd', 'ok.txt': 'ok' });
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  mkdirSync(join(folder, 'sub'));
  symlinkSync('..', join(folder, 'sub', 'loop'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  if (process.platform === 'linux') {
    writeFileSync(
      Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9])]),
      'a name that is no text',
    );
  }
  const db = join(newFolder(), 'x.sqlite');
  const { code, stdout, stderr } = await runTour([folder, '--db', db]);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Left out: 2 symbolic links, 1 special file/);
  assert.match(stdout, /a\\nb\\x1b\[31m\.txt/);
  assert.ok(!stdout.includes('\x1b'));
  if (process.platform === 'linux') {
    assert.match(stdout, /caf\\xe9/);
    assert.equal(inspect(db).rows['concurrent'], 3);
  }
});

test('what is asked wrongly: one sentence, exit code 2', async () => {
  const folder = newFolder({ file: 'x', 'letter.txt': 'Dear reader, '.repeat(500) });
  const wrong: [string[], string][] = [
    [[join(folder, 'none')], `there is no folder '${join(folder, 'none')}'`],
    [[join(folder, 'file')], `'${join(folder, 'file')}' is not a folder`],
    [[folder, '--db', join(folder, 'letter.txt')], 'is not a SQLite database, and is left as it is'],
    [
      [folder, '--db', join(folder, 'no', 'db.sqlite')],
      `there is no folder '${join(folder, 'no')}' for the database`,
    ],
    [[folder, '--unknown'], `'--unknown'`],
  ];
  for (const [args, sentence] of wrong) {
    const { code, stdout, stderr } = await runTour(args);
    assert.equal(code, 2, `${args.join(' ')}\n${stderr}`);
    assert.match(stderr, /^tour: [^\n]*\.\n$/);
    assert.ok(stderr.includes(sentence), stderr);
    assert.equal(stdout, '');
  }
});

test('help says what can be asked', async () => {
  const { code, stdout } = await runTour(['--help']);
  assert.equal(code, 0);
  for (const word of [
    '--db',
    '--limit',
    '--passes',
    '--only',
    '--clients',
    '--port',
    '--details',
    '--json',
    'Ctrl-C',
  ]) {
    assert.ok(stdout.includes(word), word);
  }
  for (const line of stdout.split('\n')) assert.ok(line.length <= 80, line);
});

test(
  'no permission: the folder is refused, a file or folder below is named',
  { skip: !posix },
  async (t) => {
    const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
    if (nobody !== undefined && !othersMayRun()) return t.skip('only root can reach this project');
    const options = nobody === undefined ? {} : { uid: nobody };
    const folder = newFolder({ 'open.txt': 'x', 'closed.txt': 'x', 'closed/x': 'x' });
    const place = newFolder();
    chmodSync(folder, 0o755);
    chmodSync(place, 0o777);
    chmodSync(join(folder, 'closed.txt'), 0);
    chmodSync(join(folder, 'closed'), 0);
    const some = await runTour([folder, '--db', join(place, 'x.sqlite')], options);
    assert.equal(some.code, 0, some.stderr);
    assert.match(
      some.stdout,
      /Not read: 2\n {2}EACCES {2}closed: no permission\n {2}EACCES {2}closed\.txt: no permission\n/,
    );
    const none = await runTour([join(folder, 'closed'), '--db', join(place, 'y.sqlite')], options);
    assert.equal(none.code, 2, none.stdout);
    assert.match(none.stderr, /tour: no permission to read the folder '.*closed'\.\n$/);
    chmodSync(place, 0o555);
    const locked = await runTour([folder, '--db', join(place, 'z.sqlite')], options);
    assert.equal(locked.code, 2, locked.stdout);
    assert.match(locked.stderr, /^tour: .*the database '.*z\.sqlite'.*\.\n$/);
    chmodSync(join(folder, 'closed'), 0o755);
  },
);

test(
  'a full disk: exit code 1, the database is whole and holds what was written',
  { skip: !posix },
  async () => {
    const folder = newFolder(manyFiles(4000));
    const db = join(newFolder(), 'x.sqlite');
    // A limit on the size of files: 512 blocks of 512 bytes, which is what a disk has left.
    const { code, stdout, stderr } = await runTour([folder, '--db', db, '--no-warm'], {
      shell: 'ulimit -f 512',
    });
    assert.equal(code, 1, stdout + stderr);
    assert.match(
      stderr,
      /^tour: (no room left for the database|the database '.*' could not be written).*\.$/m,
    );
    assert.match(
      stdout,
      /^\nFailed while reading one by one\.\n {2}one by one {4}[\d,]+ of 4,000 files written/,
    );
    const { integrity, passes, rows } = inspect(db);
    assert.equal(integrity, 'ok');
    assert.equal(rows['sequential'], passes['sequential']?.['files']);
    assert.ok((rows['sequential'] ?? 0) > 0);
    assert.ok(stdout.includes(` ${rows['sequential']?.toLocaleString('en-US')} of 4,000`), stdout);
  },
);

test('a reader of the output that goes away is no crash', { skip: !posix }, async () => {
  const folder = newFolder(manyFiles(50));
  const db = join(newFolder(), 'x.sqlite');
  const args = [process.execPath, '--conditions=asyncio-ts-source', 'tour/main.ts', folder, '--db', db];
  const out = execFileSync('/bin/sh', ['-c', '"$@" 2>&1 >/dev/null | head -1', 'sh', ...args], {
    encoding: 'utf8',
  });
  assert.doesNotMatch(out, /EPIPE/);
  assert.equal(inspect(db).passes['concurrent']?.['state'], 'done');
});

/** Whether users other than root can start this project's program. */
function othersMayRun(): boolean {
  try {
    execFileSync(process.execPath, ['--eval', ''], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
    accessSync('tour/main.ts', constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
