// The report of the network's benchmarks, of made-up figures: what is compared with what, and which goals
// count as reached.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratio, table, timesC } from '../../bench/net/report.ts';
import type { RowResult } from '../../bench/net/rounds.ts';
import { verdicts } from '../../bench/net/verdicts.ts';
import { works } from '../../bench/net/works.ts';
import type { Column, PeerName, Work } from '../../bench/net/works.ts';

function named(name: string): Work {
  const work = works.find((each) => each.name === name);
  assert.ok(work !== undefined, name);
  return work;
}

function result(peer: PeerName, variant: string | undefined, figures: Record<string, number>): RowResult {
  return {
    row: variant === undefined ? { peer } : { peer, variant },
    label: `${peer} ${variant ?? ''}`,
    connections: 50,
    figures: Object.fromEntries(
      Object.entries(figures).map(([key, median]) => [key, { median, min: median, max: median }]),
    ),
  };
}

const results: readonly RowResult[] = [
  result('ours', 'protocol', { cpu: 4, rate: 200_000 }),
  result('c', undefined, { cpu: 3.8, rate: 220_000 }),
  result('uvloop', 'protocol', { cpu: 5, rate: 160_000 }),
  result('ours', 'stream', { cpu: 5, rate: 150_000 }),
  result('uvloop', 'streams', { cpu: 6, rate: 100_000, disturbed: 0.21 }),
];
const [ours, c, uvloop, stream, uvloopStreams] = results as [
  RowResult,
  RowResult,
  RowResult,
  RowResult,
  RowResult,
];

test(
  'each server is held against ours of its kind, and a ratio above 1 means that ours is ahead',
  {},
  () => {
    const [cpu, rate] = named('echo-50').columns as [Column, Column];
    assert.equal(ratio(cpu, uvloop, results), 5 / 4);
    assert.equal(ratio(rate, uvloop, results), 200_000 / 160_000);
    assert.equal(ratio(cpu, uvloopStreams, results), 6 / 5);
    assert.equal(ratio(rate, uvloopStreams, results), 1.5);
    assert.equal(ratio(cpu, c, [c]), undefined);
    assert.equal(timesC(named('echo-50'), stream, results), 5 / 3.8);
    assert.equal(timesC(named('echo-50'), ours, [ours]), undefined);
  },
);

test('a goal is reached, missed, or not measured', () => {
  const judged = verdicts(new Map([['echo-50', results]]));
  assert.deepEqual(
    judged.map(({ text, reached }) => [text, reached]),
    [
      ['protocol echo within 1.10 of C', true],
      ["protocol echo, to uvloop's protocol", true],
      ['stream echo within 1.30 of C', false],
      ['stream echo, to uvloop streams', false],
      ['stream echo, to node:net by iteration', null],
    ],
  );
  const idle = [result('ours', 'protocol', { heap: 3071 }), result('ours', 'stream', { heap: 3072 })];
  assert.deepEqual(
    verdicts(new Map([['idle', idle]])).map(({ reached, figure }) => [reached, figure]),
    [
      [true, 3071],
      [false, 3072],
    ],
  );
});

test('the table says when the machine was busy with something else', () => {
  const text = table(named('echo-50'), results);
  assert.match(text, /^ +uvloop protocol +5 +1\.25× +1\.32× +160,000 +1\.25× /m);
  assert.match(text, /Disturbed: up to 21 % of the time/);
  assert.doesNotMatch(table(named('echo-50'), results.slice(0, 4)), /Disturbed/);
});
