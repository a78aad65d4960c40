// The catalogue: what is measured, how big, who takes part, and what is to be reached.
//
// A work's description says exactly what every peer does in it; `bench/peers/*` does just that. The first
// column is the one that counts and that the ratios are of. Less is better in every column.

/** Who does the work. `ours` is first everywhere; all ratios are to it. */
export type PeerName =
  | 'ours'
  | 'bare'
  | 'effect'
  | 'effection'
  | 'p-limit'
  | 'p-queue'
  | 'async-mutex'
  | 'asyncio'
  | 'uvloop';

export interface Row<Peer extends string = PeerName> {
  readonly peer: Peer;
  /** Another way of the same peer to do the work. */
  readonly variant?: string;
  /** Does only this part of the size, being too slow for the whole; figures are for each operation anyway. */
  readonly share?: number;
}

export interface Column {
  /** The key in the sample. */
  readonly key: string;
  readonly label: string;
  readonly unit: 'µs' | 'ms' | 'bytes';
}

export interface Work<Peer extends string = PeerName> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly size: number;
  readonly quickSize: number;
  /** How often one process measures; the least is its figure, for what else the machine does only adds. */
  readonly repeats: number;
  /** Whether the process first does the work untimed. */
  readonly warmUp: boolean;
  readonly columns: readonly Column[];
  readonly rows: readonly Row<Peer>[];
}

export interface Goal<Peer extends string = PeerName> {
  readonly work: string;
  readonly key: string;
  readonly text: string;
  /** Another row of the same work, and how many times ours its figure must be at least; or a bound. */
  readonly rule:
    | { readonly against: Peer; readonly variant?: string; readonly atLeast: number }
    | { readonly below: number; readonly unit: string };
}

const everyone: readonly Row[] = [
  { peer: 'ours' },
  { peer: 'bare' },
  { peer: 'effect' },
  { peer: 'effection', share: 0.05 },
  { peer: 'asyncio' },
  { peer: 'uvloop' },
];

const time = (label: string): Column => ({ key: 'value', label, unit: 'µs' });
const timed = { repeats: 3, warmUp: true };

export const works: readonly Work[] = [
  {
    name: 'spawn',
    title: 'spawn and join tasks',
    description:
      'each task suspends once and returns its number: `await null` in an async function (ours, bare, and ' +
      "Effect's promise body), Effect.yieldNow, Effection's until(resolved promise), asyncio.sleep(0)",
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: [
      ...everyone.slice(0, 3),
      { peer: 'effect', variant: 'generator body' },
      { peer: 'effect', variant: 'promise body' },
      ...everyone.slice(3),
    ],
  },
  {
    name: 'anywhere',
    title: 'start a task from anywhere, a hundred at a time',
    description:
      'processor time of tasks that suspend once (as in spawn), a hundred at a time, waited for by Promise.all: ' +
      'by spawn, outside of every loop, and by createTask inside of a run',
    size: 50_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: [{ peer: 'ours' }, { peer: 'ours', variant: 'createTask' }],
  },
  {
    name: 'anywhere-one',
    title: 'start a task from anywhere, one after the other',
    description: 'as anywhere, each awaited before the next is started',
    size: 50_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: [{ peer: 'ours' }, { peer: 'ours', variant: 'createTask' }],
  },
  {
    name: 'http',
    title: 'requests to a node:http server',
    description:
      'processor time of the server, 50 connections from another process, a handler that suspends once: an async ' +
      'function (bare), and a task for each request that is cancelled when its client leaves (ours)',
    size: 20_000,
    quickSize: 500,
    ...timed,
    columns: [time('a request'), { key: 'wall', label: 'between requests', unit: 'µs' }],
    rows: [{ peer: 'ours' }, { peer: 'bare' }],
  },
  {
    name: 'spawn-yield',
    title: 'spawn and join tasks that let the loop turn once',
    description: 'each task does sleep(0) (bare: setImmediate, Effect: yieldNow) and returns its number',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: everyone,
  },
  {
    name: 'spawn-empty',
    title: 'spawn and join tasks with an empty body',
    description: 'each task returns its number without suspending',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: everyone,
  },
  {
    name: 'gather',
    title: 'gather many results',
    description:
      'as spawn, by one call that gives all results: gather, a group whose tasks are asked for their results, ' +
      'Promise.all',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a task')],
    rows: [{ peer: 'ours' }, { peer: 'ours', variant: 'group' }, { peer: 'bare' }],
  },
  {
    name: 'failing-children',
    title: 'children that fail, ten at a time',
    description:
      'ten at a time suspend once and throw the same error, and all ten errors are looked at: a group whose error ' +
      'is caught, gather that returns errors, Promise.allSettled',
    size: 50_000,
    quickSize: 1000,
    ...timed,
    columns: [time('a child')],
    rows: [{ peer: 'ours' }, { peer: 'ours', variant: 'gather' }, { peer: 'bare' }],
  },
  {
    name: 'cancel',
    title: 'spawn and cancel sleeping tasks',
    description:
      'each task sleeps 1,000 s; once all sleep each is cancelled and then all are waited for; bare: one ' +
      'AbortController each, with setTimeout of node:timers/promises',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('spawn + cancel'), { key: 'cancelOnly', label: 'cancel', unit: 'µs' }],
    rows: everyone,
  },
  {
    name: 'sleep-zero',
    title: 'sleep(0) in one task',
    description: 'one task lets the loop turn again and again (bare: setImmediate, Effect: yieldNow)',
    size: 200_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a turn')],
    rows: everyone.map((row) => (row.peer === 'effection' ? { ...row, share: 0.002 } : row)),
  },
  {
    name: 'sleep-zero-many',
    title: 'sleep(0) in 1,000 tasks',
    description: 'as above, 1,000 tasks side by side',
    size: 400_000,
    quickSize: 4000,
    ...timed,
    columns: [time('a turn of a task')],
    rows: everyone.filter(({ peer }) => peer !== 'effection'),
  },
  {
    name: 'queue',
    title: 'queue hand-over, ping-pong',
    description:
      'two tasks and two unbounded queues: one puts a number, the other gets it and puts it back plus one; ' +
      'every get waits; a hand-over is one put and one get',
    size: 200_000,
    quickSize: 4000,
    ...timed,
    columns: [time('a hand-over')],
    rows: everyone.map((row) => (row.peer === 'effection' ? { ...row, share: 0.2 } : row)),
  },
  {
    name: 'queue-bounded',
    title: 'queue hand-over, producer and consumer',
    description: 'one task puts numbers into a queue of size 1, another gets them',
    size: 200_000,
    quickSize: 4000,
    ...timed,
    columns: [time('an item')],
    rows: everyone.filter(({ peer }) => peer !== 'effection'),
  },
  {
    name: 'lock',
    title: 'contended lock',
    description:
      '100 tasks queue for a held lock; then each takes it 1/100 of the times, adds one to a counter (no ' +
      'suspension inside) and releases it; a fair lock is handed over each time, for the others wait',
    size: 100_000,
    quickSize: 5000,
    ...timed,
    columns: [time('an acquire and release')],
    rows: [
      { peer: 'ours' },
      { peer: 'ours', variant: 'using' },
      { peer: 'bare' },
      { peer: 'async-mutex' },
      { peer: 'async-mutex', variant: 'runExclusive' },
      { peer: 'effect' },
      { peer: 'asyncio' },
      { peer: 'uvloop' },
    ],
  },
  {
    name: 'lock-held',
    title: 'contended lock, held over a suspension',
    description: 'as above with one suspension inside: `await null`, Effect.yieldNow, asyncio.sleep(0)',
    size: 100_000,
    quickSize: 5000,
    ...timed,
    columns: [time('an acquire and release')],
    rows: [
      { peer: 'ours' },
      { peer: 'bare' },
      { peer: 'async-mutex' },
      { peer: 'effect' },
      { peer: 'asyncio' },
      { peer: 'uvloop' },
    ],
  },
  {
    name: 'semaphore',
    title: 'jobs under a limit of 100',
    description:
      'all jobs started at once, each suspends once (as in spawn) while it has a permit; ours, Effect and ' +
      'asyncio start a task for each, the others call an async function; fewer for Effect, whose semaphore ' +
      'goes over all who wait at each release',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a job')],
    rows: [
      { peer: 'ours' },
      { peer: 'bare' },
      { peer: 'p-limit' },
      { peer: 'p-queue' },
      { peer: 'async-mutex' },
      { peer: 'effect', share: 0.02 },
      { peer: 'effect', variant: 'forEach' },
      { peer: 'asyncio' },
      { peer: 'uvloop' },
    ],
  },
  {
    name: 'timers',
    title: 'timers, nine of ten cancelled',
    description:
      'callLater (setTimeout, call_later) of 1 to 100 ms, 90 % cancelled at once, the others fire; processor ' +
      'time of all threads; beside it the time to arm and cancel',
    size: 100_000,
    quickSize: 2000,
    ...timed,
    columns: [time('a timer'), { key: 'arming', label: 'arm and cancel', unit: 'µs' }],
    rows: [{ peer: 'ours' }, { peer: 'bare' }, { peer: 'asyncio' }, { peer: 'uvloop' }],
  },
  {
    name: 'heap',
    title: 'memory of a parked task',
    description:
      'an async function (ours: as a task) that awaits a sleep of 1,000 s; heap in use after the garbage is ' +
      "gone; Python's is what tracemalloc counts",
    size: 100_000,
    quickSize: 5000,
    repeats: 1,
    warmUp: false,
    columns: [{ key: 'value', label: 'a task', unit: 'bytes' }],
    rows: [
      { peer: 'ours' },
      { peer: 'ours', variant: 'child of a group' },
      { peer: 'bare' },
      { peer: 'bare', variant: 'AbortController' },
      { peer: 'effect' },
      { peer: 'effection', share: 0.1 },
      { peer: 'asyncio' },
      { peer: 'uvloop' },
    ],
  },
  {
    name: 'starvation',
    title: 'a 10 ms timer in a hand-over storm',
    description:
      '10,000 tasks in 5,000 pairs play ping-pong over unbounded queues for 1.5 s; a setTimeout of the host ' +
      'and a callLater of the loop are kept armed; how late 95 of 100 of them are at most; the latest of all ' +
      "meets the garbage collector's longest pause",
    size: 10_000,
    quickSize: 1000,
    repeats: 1,
    warmUp: false,
    columns: [
      { key: 'value', label: 'setTimeout', unit: 'ms' },
      { key: 'hostMedian', label: 'median', unit: 'ms' },
      { key: 'hostMax', label: 'latest', unit: 'ms' },
      { key: 'loop', label: 'callLater', unit: 'ms' },
      { key: 'loopMedian', label: 'median', unit: 'ms' },
      { key: 'loopMax', label: 'latest', unit: 'ms' },
      { key: 'each', label: 'a hand-over', unit: 'µs' },
    ],
    rows: [{ peer: 'ours' }, { peer: 'bare' }, { peer: 'effect' }, { peer: 'asyncio' }, { peer: 'uvloop' }],
  },
  {
    name: 'import-size',
    title: 'import size',
    description:
      'esbuild, minified, then gzip -9, of what `run`, a group, a timeout, `sleep` and a queue need; for the ' +
      'smaller libraries all they have',
    size: 1,
    quickSize: 1,
    repeats: 1,
    warmUp: false,
    columns: [
      { key: 'value', label: 'gzipped', unit: 'bytes' },
      { key: 'minified', label: 'minified', unit: 'bytes' },
    ],
    rows: [
      { peer: 'ours' },
      { peer: 'ours', variant: 'one file' },
      { peer: 'ours', variant: 'everything' },
      { peer: 'effect' },
      { peer: 'effection' },
      { peer: 'p-limit' },
      { peer: 'p-queue' },
      { peer: 'async-mutex' },
    ],
  },
];

export const goals: readonly Goal[] = [
  {
    work: 'anywhere',
    key: 'value',
    text: 'a task from anywhere within 1.3 times createTask, a hundred at a time',
    rule: { against: 'ours', variant: 'createTask', atLeast: 1 / 1.3 },
  },
  {
    work: 'anywhere-one',
    key: 'value',
    text: 'a task from anywhere within 1.3 times createTask, one after the other',
    rule: { against: 'ours', variant: 'createTask', atLeast: 1 / 1.3 },
  },
  {
    work: 'spawn',
    key: 'value',
    text: 'spawn and join within 2.1 times bare async functions',
    rule: { against: 'bare', atLeast: 1 / 2.1 },
  },
  {
    work: 'gather',
    key: 'value',
    text: 'gather within 1.3 times a group',
    rule: { against: 'ours', variant: 'group', atLeast: 1 / 1.3 },
  },
  {
    work: 'spawn',
    key: 'value',
    text: 'spawn and join at least 2 times faster than Effect',
    rule: { against: 'effect', atLeast: 2 },
  },
  {
    work: 'spawn',
    key: 'value',
    text: 'spawn and join at least 5 times faster than asyncio',
    rule: { against: 'asyncio', atLeast: 5 },
  },
  {
    work: 'queue',
    key: 'value',
    text: 'queue ping-pong at least 3 times faster than uvloop',
    rule: { against: 'uvloop', atLeast: 3 },
  },
  {
    work: 'queue',
    key: 'value',
    text: 'queue ping-pong faster than Effect',
    rule: { against: 'effect', atLeast: 1 },
  },
  {
    work: 'queue-bounded',
    key: 'value',
    text: 'bounded queue at least 3 times faster than uvloop',
    rule: { against: 'uvloop', atLeast: 3 },
  },
  {
    work: 'queue-bounded',
    key: 'value',
    text: 'bounded queue faster than Effect',
    rule: { against: 'effect', atLeast: 1 },
  },
  {
    work: 'lock',
    key: 'value',
    text: 'contended lock 5 times faster than asyncio',
    rule: { against: 'asyncio', atLeast: 5 },
  },
  {
    work: 'lock',
    key: 'value',
    text: 'contended lock 5 times faster than async-mutex',
    rule: { against: 'async-mutex', atLeast: 5 },
  },
  {
    work: 'cancel',
    key: 'cancelOnly',
    text: 'cancel of a sleeper faster than AbortController with setTimeout',
    rule: { against: 'bare', atLeast: 1 },
  },
  {
    work: 'cancel',
    key: 'value',
    text: 'spawn and cancel of a sleeper faster than AbortController with setTimeout',
    rule: { against: 'bare', atLeast: 1 },
  },
  {
    work: 'heap',
    key: 'value',
    text: 'a parked task in 1,080 bytes',
    rule: { below: 1081, unit: 'bytes' },
  },
  {
    work: 'import-size',
    key: 'value',
    text: 'run, taskGroup, timeout, sleep and Queue under 19 KB gzipped',
    rule: { below: 19_000, unit: 'bytes' },
  },
  {
    work: 'starvation',
    key: 'value',
    text: '95 of 100 host timers of 10 ms within 5 ms of their time in a hand-over storm of 10,000 tasks',
    rule: { below: 5, unit: 'ms' },
  },
  {
    work: 'starvation',
    key: 'loop',
    text: '95 of 100 callLater of 10 ms within 5 ms of their time in that storm',
    rule: { below: 5, unit: 'ms' },
  },
];
