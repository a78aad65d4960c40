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
} as const;

export type Attached = keyof typeof ATTACHED;

const rows: readonly InsideRow[] = [
  { peer: 'ours', label: 'nothing attached' },
  { peer: 'before', label: 'the build of BENCH_BEFORE' },
  ...Object.entries(ATTACHED).map(([variant, label]) => ({ peer: 'ours', variant, label })),
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
];

const spent = 'looking inside costs nothing while nobody looks: at most 2 % beside the build before';

/** Reached where the other build's figure is at least 98 % of ours; told only with BENCH_BEFORE. */
export const goals: readonly Goal<string>[] = works.map(({ name, title }) => ({
  work: name,
  key: 'value',
  text: `${title}: ${spent}`,
  rule: { against: 'before', atLeast: 0.98 },
}));
