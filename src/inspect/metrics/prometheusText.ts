// The figures as text for Prometheus: its text format 0.0.4, in its base units, which are seconds and parts of one.

import { InvalidArgumentError } from '../../asyncio.ts';
import { metrics } from './metrics.ts';
import type { Pools } from './metrics.ts';

/** Options of {@link prometheusText}.
 * @example
 * ```ts
 * import { prometheusText, type PrometheusOptions } from 'asyncio-ts/inspect';
 * const options: PrometheusOptions = { labels: { service: 'shop' } };
 * console.log(prometheusText(options).includes('asyncio_loops{service="shop"}')); // -> true
 * ```
 */
export interface PrometheusOptions {
  /** Labels that each figure bears; not `state`, `outcome`, `kind`, `pool`, `quantile` and `le`, which have a meaning of their own. */
  labels?: Readonly<Record<string, string>> | undefined;
  /** Worker pools, by the names that they bear in the label `pool`. */
  pools?: Pools | undefined;
}

/** What the response with {@link prometheusText} has in its header `content-type`.
 * @example
 * ```ts
 * import { PROMETHEUS_CONTENT_TYPE } from 'asyncio-ts/inspect';
 * console.log(PROMETHEUS_CONTENT_TYPE.split(';')[0]); // -> text/plain
 * ```
 */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [value: number, labels?: Labels | undefined, suffix?: string];

const LABEL = /^(?!__)[A-Za-z_][A-Za-z0-9_]*$/;
/** Those of the families themselves, and those that the format keeps for buckets and quantiles. */
const TAKEN = new Set(['state', 'outcome', 'kind', 'pool', 'quantile', 'le']);

/** The figures of this thread's loops and tasks for Prometheus to fetch: tasks by state, totals since counting began, the
 * loop's delay, utilisation, what is ready, timed and open, and the pools that are given. See {@link metrics}.
 * @throws InvalidArgumentError for what can't be a label
 * @example
 * ```ts
 * import { prometheusText } from 'asyncio-ts/inspect';
 * console.log(prometheusText().split('\n')[0]); // -> # HELP asyncio_tasks Tasks that are not done, by state.
 * ```
 */
export function prometheusText(options: PrometheusOptions = {}): string {
  const { labels, pools } = checked(options);
  const { tasks, totals, loopDelay, utilisation, resources, loops, ready, timers } = metrics();
  const seconds = (ms: number): number => ms / 1000;
  const text = new Exposition(labels);
  text.add('asyncio_tasks', 'gauge', 'Tasks that are not done, by state.', [
    [tasks.created, { state: 'created' }],
    [tasks.waiting, { state: 'waiting' }],
    [tasks.elsewhere, { state: 'elsewhere' }],
  ]);
  text.add('asyncio_tasks_created_total', 'counter', 'Tasks made.', [[totals.created]]);
  text.add('asyncio_tasks_done_total', 'counter', 'Tasks that have ended, by outcome.', [
    [totals.finished, { outcome: 'finished' }],
    [totals.cancelled, { outcome: 'cancelled' }],
    [totals.failed, { outcome: 'failed' }],
  ]);
  text.add('asyncio_loop_delay_seconds', 'summary', 'How late timers of the host come.', [
    [seconds(loopDelay.p50), { quantile: '0.5' }],
    [seconds(loopDelay.p90), { quantile: '0.9' }],
    [seconds(loopDelay.p99), { quantile: '0.99' }],
    [seconds(loopDelay.max), { quantile: '1' }],
    [seconds(loopDelay.sum), undefined, '_sum'],
    [loopDelay.count, undefined, '_count'],
  ]);
  if (utilisation !== undefined)
    text.add(
      'asyncio_loop_utilisation_ratio',
      'gauge',
      'Part of the time in which the thread was at work.',
      [[utilisation]],
    );
  text.add('asyncio_loops', 'gauge', 'Event loops that run on the thread.', [[loops]]);
  text.add('asyncio_ready', 'gauge', 'Entries of the ready queues.', [[ready]]);
  text.add('asyncio_timers', 'gauge', 'Timers that are set.', [[timers]]);
  text.add(
    'asyncio_open_resources',
    'gauge',
    'What is open on the loops, by kind.',
    [...resources].map(([kind, count]) => [count, { kind }]),
  );
  addPools(text, pools);
  return text.toString();
}

function checked(options: PrometheusOptions): { labels: Labels; pools: Pools } {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', 'prometheusText needs an object of options');
  const { labels = {}, pools = {} } = options;
  for (const [name, value] of Object.entries({ labels, pools }))
    if (typeof value !== 'object' || value === null)
      throw new InvalidArgumentError(name, `${name} must be an object`);
  for (const [name, value] of Object.entries(labels)) {
    if (!LABEL.test(name))
      throw new InvalidArgumentError('labels', `no name for a label: ${JSON.stringify(name)}`);
    if (TAKEN.has(name))
      throw new InvalidArgumentError(
        'labels',
        `${JSON.stringify(name)} is a label of the figures themselves`,
      );
    if (typeof value !== 'string')
      throw new InvalidArgumentError('labels', `the value of label ${JSON.stringify(name)} must be text`);
  }
  return { labels, pools };
}

function addPools(text: Exposition, pools: Pools): void {
  const all = Object.entries(pools).map(([pool, executor]) => [pool, executor.statistics()] as const);
  const figures = [
    ['workers', 'gauge', 'Workers of a pool.'],
    ['running', 'gauge', 'Calls that a worker of a pool has begun with.'],
    ['queued', 'gauge', 'Calls that no worker of a pool has begun with.'],
  ] as const;
  for (const [name, type, help] of figures)
    text.add(
      `asyncio_pool_${name}`,
      type,
      help,
      all.map(([pool, statistics]) => [statistics[name], { pool }]),
    );
}

class Exposition {
  readonly #labels: Labels;
  readonly #lines: string[] = [];

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  /** A family; one without samples is left out. */
  add(name: string, type: 'gauge' | 'counter' | 'summary', help: string, samples: readonly Sample[]): void {
    if (samples.length === 0) return;
    this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
    for (const [value, labels, suffix = ''] of samples)
      this.#lines.push(`${name}${suffix}${this.#labelled(labels)} ${shown(value)}`);
  }

  toString(): string {
    return `${this.#lines.join('\n')}\n`;
  }

  #labelled(more: Labels = {}): string {
    const pairs = Object.entries({ ...this.#labels, ...more }).map(
      ([key, value]) => `${key}="${escaped(value)}"`,
    );
    return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
  }
}

// Half a character is told by its number: as text all of them would be the same one.
const escaped = (value: string): string =>
  value
    .replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n');

function shown(value: number): string {
  if (value === Infinity) return '+Inf';
  return Number.isNaN(value) ? 'NaN' : String(value);
}
