// The benchmarks of the network run from end to end: the figures of a quick run mean nothing, but every
// kind of load is served, the load checks each byte that comes back, and the document for machines has the
// shape that is promised.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { goals } from '../../bench/net/works.ts';

interface Figure {
  median: number;
  min: number;
  max: number;
  ratio: number | null;
}

interface Row {
  peer: string;
  variant: string | null;
  label: string;
  timesC: number | null;
  figures: Record<string, Figure>;
  skipped: string | null;
  failed: string | null;
}

interface Report {
  machine: { node: string; generator: string; subject: string | null };
  works: { name: string; columns: { key: string; more?: boolean }[]; rows: Row[] }[];
  goals: { text: string; reached: boolean | null; figure: number | null }[];
}

const main = fileURLToPath(new URL('../../bench/main.ts', import.meta.url));

// They read Linux's /proc.
const skip = process.platform !== 'linux';

async function bench(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const options = { maxBuffer: 1 << 24, env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [main, 'net', '--quick', ...args],
    options,
  );
  return stdout;
}

/** One of each kind of load. */
const kinds = ['echo-50', 'echo-64k', 'connect', 'throughput', 'relay', 'udp', 'unix', 'tls', 'idle'];

/** Every row has its figures; one that is not to be had here says why. */
function checkRows(report: Report, mayLack: readonly string[]): void {
  assert.deepEqual(
    report.works.map(({ name }) => name),
    kinds,
  );
  for (const { name, columns, rows } of report.works) {
    assert.ok(rows.length > 0, name);
    const measured = rows.filter(({ skipped }) => skipped === null);
    for (const { peer, skipped, failed } of rows) {
      assert.equal(failed, null, `${name}: ${peer}`);
      if (skipped !== null) assert.ok(mayLack.includes(peer) || name === 'tls', `${peer}: ${skipped}`);
    }
    for (const { peer, figures } of measured) {
      // A server in C has no heap that it could tell of.
      const first = name === 'idle' ? 'resident' : (columns[0]?.key ?? '');
      const figure = figures[first];
      assert.ok(figure !== undefined, `${name}: ${peer} has no ${first}`);
      assert.ok(name === 'idle' ? figure.median >= 0 : figure.median > 0, `${name}: ${peer}`);
      assert.ok(figure.min <= figure.median && figure.median <= figure.max);
    }
  }
}

test('a quick run measures servers of each kind', { skip, timeout: 120_000 }, async () => {
  const report = JSON.parse(await bench([...kinds, '--json', '--peers=ours,c,node:events'])) as Report;
  assert.equal(report.machine.node, process.version);
  checkRows(report, ['ours', 'c']);
  for (const { name, columns, rows } of report.works) {
    const find = (peer: string, variant: string | null): Row | undefined =>
      rows.find((row) => row.peer === peer && row.variant === variant);
    const [c, node, ours] = [find('c', null), find('node', 'events'), find('ours', 'protocol')];
    const [column] = columns;
    if (column === undefined || name === 'idle') continue;
    const [figure, limit] = [node?.figures[column.key], c?.figures[column.key]];
    if (figure !== undefined && limit !== undefined)
      assert.equal(node?.timesC, figure.median / limit.median, name);
    const base = ours?.figures[column.key];
    if (figure !== undefined && base !== undefined)
      assert.equal(figure.ratio, figure.median / base.median, name);
  }
  assert.equal(report.goals.length, goals.length);
  for (const { reached, figure } of report.goals) assert.equal(reached === null, figure === null);
});

test('without a C compiler the load comes from TypeScript', { skip, timeout: 120_000 }, async () => {
  const args = [...kinds, '--json', '--peers=c,node:events'];
  const report = JSON.parse(await bench(args, { BENCH_CC: '' })) as Report;
  assert.match(report.machine.generator, /^TypeScript/);
  checkRows(report, ['c']);
});

test('tables give the servers of a work, and the goals at the end', { skip, timeout: 60_000 }, async () => {
  const text = await bench(['echo-50', '--peers=node']);
  assert.match(text, /^ +node:net, events +[\d.,]+ /m);
  assert.match(text, /^ +node:net, iteration +[\d.,]+ /m);
  assert.match(text, /^Goals: 0 of 5 reached$/m);
});

test('an unknown work or peer is named, with what there is', { skip, timeout: 60_000 }, async () => {
  await assert.rejects(bench(['echo-2']), (error: Error & { code: number; stderr: string }) => {
    assert.equal(error.code, 2);
    assert.match(error.stderr, /there is no work 'echo-2'/);
    assert.match(error.stderr, /echo-1000/);
    return true;
  });
  await assert.rejects(bench(['--peers=nobody']), /there is no peer 'nobody'/);
});
