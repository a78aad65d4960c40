// metrics and prometheusText of asyncio-ts/inspect.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { SpawnSyncReturns } from 'node:child_process';
import { channel } from 'node:diagnostics_channel';
import { afterEach, beforeEach, test } from 'node:test';
import '../../harness.ts';
import { createTask, Event, run, sleep, startServer, ThreadPoolExecutor } from '../../../src/asyncio.ts';
import {
  collectMetrics,
  metrics,
  PROMETHEUS_CONTENT_TYPE,
  prometheusText,
} from '../../../src/inspect/inspect.ts';
import type { PrometheusOptions } from '../../../src/inspect/inspect.ts';

let stop: () => void;
beforeEach(() => {
  stop = collectMetrics();
});
afterEach(() => stop());

test('metrics: tasks by state, and how they ended', async () => {
  await run(async () => {
    const never = new Event();
    const tasks = [
      createTask(() => never.wait()),
      createTask(async () => {
        throw new Error('no');
      }),
      createTask(async () => 1),
      createTask(() => new Promise((resolve) => setTimeout(resolve, 50))),
    ];
    assert.deepEqual(metrics().tasks, { created: 4, waiting: 0, elsewhere: 1 });
    await sleep(0);
    await sleep(0);
    assert.deepEqual(metrics().tasks, { created: 0, waiting: 1, elsewhere: 2 });
    tasks[0]!.cancel();
    await Promise.allSettled(tasks);
    assert.deepEqual(metrics().totals, { created: 5, finished: 2, cancelled: 1, failed: 1 });
  });
});

test('metrics: of the loops', async () => {
  await run(async () => {
    await using _ = await startServer(() => {}, '127.0.0.1', 0);
    const task = createTask(() => sleep(1000));
    await sleep(60);
    const { loops, timers, ready, iterations, resources, loopDelay, utilisation } = metrics();
    assert.deepEqual([loops, timers, ready, [...resources.values()]], [1, 1, 0, [1]]);
    assert.ok(iterations > 1);
    assert.ok(loopDelay.count > 0 && loopDelay.p50 <= loopDelay.p99 && loopDelay.p99 <= loopDelay.max);
    assert.ok(utilisation === undefined || (utilisation >= 0 && utilisation <= 1));
    task.cancel();
    await Promise.allSettled([task]);
  });
});

test('metrics: counting ends with the last who counts', () => {
  stop();
  stop();
  for (const name of ['task:create', 'task:done'])
    assert.equal(channel(`asyncio-ts:${name}`).hasSubscribers, false, name);
});

interface Family {
  readonly type: string;
  readonly samples: Map<string, number>;
}

/** Reads the text format strictly, by the rules of its description. */
function parse(text: string): Map<string, Family> {
  assert.ok(text.endsWith('\n') && !text.includes('\n\n'));
  const families = new Map<string, Family>();
  const lines = text.slice(0, -1).split('\n');
  for (let at = 0; at < lines.length;) {
    const [, name = '', help] = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) (.+)$/.exec(lines[at++]!) ?? [];
    assert.ok(help !== undefined && !families.has(name), String(lines[at - 1]));
    const [, typed, type = ''] = /^# TYPE (\S+) (counter|gauge|summary)$/.exec(lines[at++] ?? '') ?? [];
    assert.equal(typed, name);
    assert.equal(name.endsWith('_total'), type === 'counter');
    const samples = new Map<string, number>();
    for (; at < lines.length && !lines[at]!.startsWith('#'); at++) {
      const [, sample = '', labels = '', value = ''] =
        /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (\S+)$/.exec(
          lines[at]!,
        ) ?? [];
      assert.ok(sample === name || (type === 'summary' && /_(sum|count)$/.test(sample)), String(lines[at]));
      assert.match(value, /^(NaN|[+-]Inf|-?\d+(\.\d+)?(e[+-]?\d+)?)$/);
      assert.ok(!samples.has(sample.slice(name.length) + labels), String(lines[at]));
      samples.set(sample.slice(name.length) + labels, Number(value));
    }
    assert.ok(samples.size > 0, name);
    families.set(name, { type, samples });
  }
  return families;
}

test('prometheusText: keeps to the format, in seconds, with totals and states', async () => {
  await run(async () => {
    await using pool = new ThreadPoolExecutor();
    const task = createTask(() => sleep(1000));
    await sleep(50);
    const families = parse(prometheusText({ pools: { 'the pool': pool } }));
    assert.equal(families.get('asyncio_tasks')!.samples.get('{state="waiting"}'), 1);
    assert.equal(families.get('asyncio_tasks_created_total')!.samples.get(''), 2);
    assert.equal(families.get('asyncio_tasks_done_total')!.samples.get('{outcome="failed"}'), 0);
    const delay = families.get('asyncio_loop_delay_seconds')!.samples;
    assert.deepEqual(
      [...delay.keys()],
      ['{quantile="0.5"}', '{quantile="0.9"}', '{quantile="0.99"}', '{quantile="1"}', '_sum', '_count'],
    );
    assert.equal(families.get('asyncio_pool_queued')!.samples.get('{pool="the pool"}'), 0);
    task.cancel();
    await Promise.allSettled([task]);
  });
  assert.match(PROMETHEUS_CONTENT_TYPE, /^text\/plain; version=0\.0\.4/);
});

test('prometheusText: labels are escaped, and what can be none is refused', () => {
  const text = prometheusText({ labels: { service: 'a "b" \\ c\nd', zone: 'ü' } });
  const families = parse(text);
  assert.ok(text.includes('asyncio_loops{service="a \\"b\\" \\\\ c\\nd",zone="ü"} 0\n'), text);
  assert.equal(families.get('asyncio_loops')!.type, 'gauge');
  const bad = [
    { labels: { '1a': '' } },
    { labels: { 'a-b': '' } },
    { labels: { __name__: '' } },
    { labels: { '': '' } },
    { labels: { quantile: 'all' } },
    { labels: { pool: 'blue' } },
    { labels: { version: undefined } },
    { labels: null },
    { pools: 1 },
    null,
  ];
  for (const options of bad)
    assert.throws(() => prometheusText(options as PrometheusOptions), {
      code: 'ERR_ASYNCIO_INVALID_ARGUMENT',
    });
});

const PARSER = `import json, sys
from prometheus_client.parser import text_string_to_metric_families as parse
text = sys.stdin.buffer.read().decode()
print(json.dumps([[sample.name, sample.labels] for family in parse(text) for sample in family.samples]))`;
// Debian's own: what has been installed for it is not seen by another.
const python = (code: string, input: string = ''): SpawnSyncReturns<string> =>
  spawnSync('/usr/bin/python3', ['-c', code], { input, encoding: 'utf8' });
const noParser =
  python('import prometheus_client').status === 0 ? false : 'python3-prometheus-client is missing';

test(
  "prometheusText: Python's parser reads each name and label as it was",
  { skip: noParser },
  async () => {
    await run(async () => {
      await using pool = new ThreadPoolExecutor();
      await sleep(0);
      const names = ['', 'a "b"\\\n}c,d="e', '\\n', '\r\0\u2028\u0085', 'ü😀', 'x\ud800', 'x\udbff'];
      const pools = Object.fromEntries(names.map((name) => [name, pool]));
      const { stdout, stderr } = python(PARSER, prometheusText({ pools, labels: { at: names.join('|') } }));
      assert.equal(stderr, '');
      const samples = JSON.parse(stdout) as [string, Record<string, string>][];
      const whole = (text: string): string =>
        text.replace(/(?<=x)[\ud800\udbff]/g, (half) => `\\u${half.charCodeAt(0).toString(16)}`);
      assert.deepEqual(
        samples.filter(([name]) => name === 'asyncio_pool_queued').map(([, { pool: of }]) => of),
        names.map(whole),
      );
      for (const [, { at }] of samples) assert.equal(at, whole(names.join('|')));
      assert.equal(new Set(samples.map((sample) => JSON.stringify(sample))).size, samples.length);
    });
  },
);
