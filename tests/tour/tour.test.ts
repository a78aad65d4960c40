// The tour as a program, at forty times its speed: what it says where there is no terminal, to machines, and on
// machines that lack something.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { partNames } from '../../tour/arguments.ts';
import { inspectTour, newFolder, runTour } from './folders.ts';

const linux = process.platform === 'linux';

/** The whole tour, quickly, with a database of its own. */
function quickly(...more: string[]): string[] {
  return ['--speed=40', '--db', join(newFolder(), 'x.sqlite'), ...more];
}

const dbOf = (args: readonly string[]): string => args[args.indexOf('--db') + 1] ?? '';

/** All parts, each with what it found. */
function assertWhole(stdout: string): void {
  assert.match(
    stdout,
    /^\nAt once, not in turn: crawl [\d.]+ ×, tcp [\d.]+ ×, files [\d.]+ ×, sql [\d.]+ × as fast\.$/m,
  );
  for (const found of [
    /^crawl: 24 pages, 16 at once +[\d.]+ m?s +[\d.]+ m?s +[\d.]+ × /m,
    /^tcp: 50 clients of a TCP server +[\d.]+ m?s +/m,
    /^files: 200 files forced to disk +/m,
    /^sql: 2 reports by \d+ readers of SQLite +[\d.]+ m?s +/m,
    /^burn: 2 jobs on the loop +[\d.]+ m?s +/m,
    /^burn: the same in \d+ threads +[\d.]+ m?s +/m,
    /^burn: the same in \d+ processes +[\d.]+ m?s +/m,
    /^one failure stops its group +20 requests stopped [\d.]+ [mµ]?s after one failed$/m,
    /^a deadline cleans up +at [\d.]+ m?s of 400: no request, file or row is left$/m,
    /^one Stop ends everything +\d+ tasks, 40 sockets, 1 child ended in [\d.]+ [mµ]?s$/m,
    /^a deadlock says who waits +(transfer → audit → transfer|audit → transfer → audit)$/m,
    /^ {2}transfer {2}waits for Lock "journal" \(lock\.acquire\), held by audit$/m,
    /HTTP Archive, Web Almanac 2025/,
    /integrity ok/,
  ]) {
    assert.match(stdout, found);
  }
  assert.doesNotMatch(stdout, /NaN|Infinity|undefined/);
}

/** Below the result, what was measured, and the whole report of the deadlock. */
function assertDetailed(stdout: string): void {
  for (const found of [
    /\n\ncrawl: 24 pages, 16 at once\n\n +Time +CPU +JS busy +Loop's delay, 99 of 100 +worst\nin turn /,
    /Here\sit\sanswers\s40\stimes\sas\sfast\s\(--speed\)/,
    // On a machine that is busy a page may miss its time three times.
    /(Both passes parsed and stored the same rows|\d+ pages? differed between the passes)\./,
    /All\ssix\spasses\shad\sthe\ssame\sresults\./,
    /After the same by Promise\.all it still answered \d+, for nobody/,
    /nothing can wake the tasks that are left:\n {4}a cycle, each waits for the next:/,
  ]) {
    assert.match(stdout, found);
  }
}

test('in a pipe all lines are plain; the result and the details come on their own, and progress beside them', async () => {
  const args = quickly('--details');
  const { code, stdout, stderr } = await runTour(args, { env: { FORCE_COLOR: undefined } });
  assert.equal(code, 0, stderr);
  assertWhole(stdout);
  assertDetailed(stdout);
  // oxlint-disable-next-line no-control-regex
  assert.doesNotMatch(stdout + stderr, /[\x1b\r]/);
  const labels = [
    'crawl in turn',
    'crawl at once',
    'tcp in turn',
    'tcp at once',
    'files in turn',
    'files at once',
    'sql in turn',
    'sql at once',
    'loop in turn',
    'loop at once',
    'threads in turn',
    'threads at once',
    'processes in turn',
    'processes at once',
  ];
  const told = [...stderr.matchAll(/^([a-z ]+): .*$/gm)].map(([, label]) => label);
  assert.deepEqual([...new Set(told)], [...labels, 'group', 'deadline', 'stop', 'deadlock']);
  assert.deepEqual(inspectTour(dbOf(args)), { integrity: 'ok', rows: { inTurn: 24, atOnce: 24 } });
  assert.deepEqual(readdirSync(dirname(dbOf(args))), ['x.sqlite'], 'nothing stays beside the database');
});

test('--json is one line of JSON, with the figures and where they are from', async () => {
  const { code, stdout, stderr } = await runTour(quickly('--json'));
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^\{.*\}\n$/);
  const { state, parts } = JSON.parse(stdout) as {
    state: string;
    parts: {
      name: string;
      factor?: number;
      measured?: Record<string, { elapsed: number; delay: unknown }>;
      source?: unknown;
    }[];
  };
  assert.equal(state, 'done');
  assert.deepEqual([...new Set(parts.map(({ name }) => name))], partNames);
  for (const { name, factor, measured } of parts.slice(0, 6)) {
    assert.ok(Number(factor) > 0, name);
    assert.ok(Number(measured?.['inTurn']?.elapsed) > 0, name);
    assert.deepEqual(Object.keys(measured?.['atOnce']?.delay ?? {}), ['p99', 'worst'], name);
  }
  // Twenty-four pages one after the other wait; many at once wait together.
  assert.ok(Number(parts[0]?.factor) > 2, String(parts[0]?.factor));
  assert.ok(Number(parts[1]?.factor) > 2, String(parts[1]?.factor));
  assert.match(JSON.stringify(parts[0]?.source), /almanac\.httparchive\.org/);
});

test('NO_COLOR and FORCE_COLOR are heeded', async () => {
  const args = quickly('--only=deadlock');
  const plain = await runTour(args, { env: { NO_COLOR: '1' } });
  assert.ok(!(plain.stdout + plain.stderr).includes('\x1b'));
  const colours = await runTour(args, {
    env: { FORCE_COLOR: '1', NO_COLOR: undefined, NODE_DISABLE_COLORS: undefined },
  });
  assert.ok(colours.stdout.includes('\x1b[1m'));
});

test('nothing of the machine is needed but this Node: no program of the PATH', async () => {
  const args = quickly('--only=crawl,files,stop,deadlock');
  const { code, stdout, stderr } = await runTour(args, { env: { PATH: '/nowhere' } });
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^one Stop ends everything .* 1 child ended/m);
  assert.match(stdout, /^a deadlock says who waits/m);
});

test('no network is needed but the loopback', { skip: !linux }, async (t) => {
  const cutOff = ['--net', '--', '/bin/sh', '-c'];
  if (spawnSync('unshare', [...cutOff, 'ip link set lo up']).status !== 0)
    return t.skip('no unshare or ip here');
  const { code, stdout, stderr } = await runTour(quickly(), {
    wrapper: ['unshare', ...cutOff, 'ip link set lo up && exec "$@"', 'sh'],
  });
  assert.equal(code, 0, stderr);
  assertWhole(stdout);
});

test('a database that is not ours is left as it is: one sentence, exit code 2', async () => {
  const args = quickly();
  const other = new DatabaseSync(dbOf(args));
  other.exec('CREATE TABLE page (letters TEXT)');
  other.close();
  const { code, stdout, stderr } = await runTour(args);
  assert.deepEqual([code, stdout], [2, '']);
  assert.match(stderr, /^tour: '.*x\.sqlite' is a database of another program, and is left as it is\.\n$/);
});

test(
  'a reader of the output that goes away is no crash',
  { skip: process.platform === 'win32' },
  async () => {
    const { stderr } = await runTour(quickly('--only=deadlock,group'), {
      wrapper: ['/bin/sh', '-c', '"$@" | true', 'sh'],
    });
    assert.doesNotMatch(stderr, /EPIPE|Error/);
  },
);

test(
  'a full disk: one sentence, exit code 1, a whole database',
  { skip: process.platform === 'win32' },
  async () => {
    const args = quickly('--only=files,deadlock');
    // A limit on the size of files, in blocks of 512 bytes: below the largest of the sources.
    const { code, stdout, stderr } = await runTour(args, { shell: 'ulimit -f 16' });
    assert.equal(code, 1, stdout + stderr);
    assert.match(stderr, /\ntour: .*the disk is full[^\n]*\.\n$/);
    assert.match(stdout, /^\nFailed in the part 'files'; what was begun has ended\.\n/);
    assert.equal(inspectTour(dbOf(args)).integrity, 'ok');
  },
);
