// The catalogue of `npm run bench inside`: what it costs to be able to look inside, with nobody looking, and to look.
//
// A work here is a program, and a row is who is attached to it; the ratios say what that costs. To add a row, add its
// variant to `ATTACHED` and to `attach` in ours.ts; to add a work, add it here and to `programs` there.

import type { Goal, Row, Work } from '../works.ts';

export interface InsideRow extends Row<string> {
  readonly label: string;
}

export interface InsideWork extends Work<string> {
  readonly rows: readonly InsideRow[];
}

const ATTACHED = {
  debug: 'in debug mode',
  metrics: 'metrics collected',
  spans: 'OpenTelemetry, no SDK',
  record: 'recording',
  trace: 'tracing to a file',
  top: 'top attached',
  dash: 'dash attached, a page open',
} as const;

/** Those that look from another process, from time to time: what they cost shows in seconds. */
const SHARES: { readonly [variant: string]: number } = { top: 10, dash: 10 };
/** Two builds that hardly differ are compared when their code has long been compiled. */
const LONG = 10;

export type Attached = keyof typeof ATTACHED;

const rows: readonly InsideRow[] = [
  { peer: 'ours', label: 'nothing attached', share: LONG },
  { peer: 'before', label: 'the build of BENCH_BEFORE', share: LONG },
  ...Object.entries(ATTACHED).map(([variant, label]) => ({
    peer: 'ours',
    variant,
    label,
    share: SHARES[variant] ?? 1,
  })),
];

function work(name: string, title: string, description: string, size: number): InsideWork {
  return {
    name,
    title,
    description: `${description} Processor time of the whole process, for one of them.`,
    size,
    quickSize: 200,
    repeats: 5,
    warmUp: true,
    columns: [{ key: 'value', label: 'each', unit: 'µs' }],
    rows,
  };
}

export const works: readonly InsideWork[] = [
  work(
    'inside-spawn',
    'Starting tasks',
    'A group starts tasks that end at once, a thousand at a time.',
    100_000,
  ),
  work('inside-queue', 'Handing over', 'Two tasks hand items to each other by a queue of one.', 20_000),
  work('inside-turns', 'Turns', 'A hundred tasks take turns by sleep(0).', 20_000),
  {
    name: 'inside-ps',
    title: 'A first ps',
    description:
      'The command `asyncio ps` on a program that was not prepared, from its start to its end, and once more; and the ' +
      "longest turn of the program's loop meanwhile, and while top looks: processor time of its thread.",
    size: 100_000,
    quickSize: 200,
    repeats: 3,
    warmUp: false,
    columns: [
      { key: 'value', label: 'first', unit: 'ms' },
      { key: 'turn', label: 'longest turn', unit: 'ms' },
      { key: 'again', label: 'again', unit: 'ms' },
      { key: 'turnAgain', label: 'longest turn', unit: 'ms' },
      { key: 'turnWatched', label: 'with top', unit: 'ms' },
    ],
    rows: [
      { peer: 'ours', label: '10,000 tasks', share: 0.1 },
      { peer: 'ours', variant: 'few', label: '10 tasks', share: 0.0001 },
      { peer: 'ours', variant: 'many', label: '100,000 tasks' },
    ],
  },
];

const spent = 'looking inside costs nothing while nobody looks: at most 2 % beside the build before';

/** The first are reached where the other build's figure is at least 98 % of ours; told only with BENCH_BEFORE. */
export const goals: readonly Goal<string>[] = [
  ...works
    .filter(({ rows }) => rows.some(({ peer }) => peer === 'before'))
    .map(({ name, title }) => ({
      work: name,
      key: 'value',
      text: `${title}: ${spent}`,
      rule: { against: 'before', atLeast: 0.98 },
    })),
  ...[
    { key: 'turn', text: 'A first ps at 10,000 tasks holds the loop under 5 ms' },
    { key: 'turnWatched', text: 'top at 10,000 tasks holds the loop under 5 ms' },
  ].map(({ key, text }) => ({ work: 'inside-ps', key, text, rule: { below: 5, unit: 'ms' } })),
];
