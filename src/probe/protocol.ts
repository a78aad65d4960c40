// What a looked-at process and whoever looks at it say to each other: the shapes alone, no behaviour.
//
// 1. Text in JSON, one message a line, over a Unix socket: requests with a number, answers with the same number, and
//    messages without one that a `watch` has asked for.
// 2. Everything is a plain value that JSON carries. What names a thing of the program (a task, a loop) is a number
//    that stays the same as long as the thing lives.
// 3. Times are milliseconds. `age`, `left`, `since` are spans; `at` is a time of Date.now().
// 4. A field is left out where its value is not known: a reader says so, and guesses nothing.
// 5. Names, titles and descriptions are the program's own text, unchanged. Whoever shows them makes them harmless for
//    the place where they are shown.
// 6. Within one `protocol` number fields are added and never changed.

import type { WaitSort } from '../core/future/blocker.ts';

/** The number of this agreement. */
export const PROTOCOL = 1 as const;

/** The version of the library. */
export const VERSION = '0.1.0' as const;

/** What a thread has of the probe until somebody looks. `Symbol.for('asyncio-ts.inspect')` on its global object is a list
 * of these, one for each copy of the library, from the first start of a loop on. */
export interface Hook {
  readonly protocol: number;
  readonly version: string;
  /** Opens the socket of this copy, or finds it open. Rejects with an Error whose message is for people. */
  open(options?: OpenOptions): Promise<Opened>;
  /** The name of the task whose code runs at this very moment; undefined where none does. It needs no turn of the
   * loop: an interrupt can ask it of a thread that hangs. */
  running(): string | undefined;
  /** For how many milliseconds a loop of the thread has been at work, or a timer of its has been due, without a turn of
   * the host; below 0 where nothing is. It needs no turn either. */
  busy(): number;
}

/** How a socket is asked for, by a {@link Hook}; all may be left out. */
export interface OpenOptions {
  /** A connection that says `hello` with the `key` that is returned may evaluate code; false by default. */
  readonly evaluate?: boolean | undefined;
}

/** What `open` resolves to: plain values, to be carried over the inspector. The socket closes when the last connection
 * has ended, or none has come for ten seconds, unless the program itself keeps it open. */
export interface Opened {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  /** The path of the Unix socket. */
  readonly path: string;
  /** With `evaluate`: what `hello` has to be asked with. */
  readonly key?: string;
}

/** Where a line of code is. Files are paths or URLs as the engine gives them, mapped to their sources where a map is known. */
export interface SeenFrame {
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly isAsync: boolean;
}

/** What a wait is for, by its kind; `other` where only its words are known. */
export type SeenWaitKind = WaitSort;

/** One thing that a task waits for. */
export interface SeenWait {
  readonly kind: SeenWaitKind;
  /** In words, as reports have it: `Lock "db"`, `Queue "jobs" (10 of 10)`. */
  readonly what: string;
  /** What was called: `lock.acquire`. */
  readonly call?: string;
  /** The tasks that can end it, a hundred at most. */
  readonly holders: readonly number[];
  /** True when the holders hold the thing, false when they are the thing. */
  readonly held: boolean;
  /** True when any one of the holders can end it, false when all must. */
  readonly any: boolean;
  /** Of a timer: how long until it ends. */
  readonly left?: number;
  /** Of a queue, a semaphore, a limiter. */
  readonly size?: number;
  readonly limit?: number;
  /** Of a socket: the address of the other side. */
  readonly peer?: string;
  /** Of a process: its number. */
  readonly pid?: number;
}

/** How a task stands. */
export type SeenState =
  /** It has not had its first step. */
  | 'created'
  /** It is the one whose step is running. */
  | 'running'
  /** What it waited for has come; its step stands in the ready queue. */
  | 'ready'
  | 'waiting'
  /** It runs somewhere, or awaits a promise that is not the library's. */
  | 'elsewhere'
  /** A cancel has been asked for and has not ended it yet. */
  | 'cancelling';

export interface SeenTask {
  readonly id: number;
  /** The loop's number. */
  readonly loop: number;
  readonly name: string;
  /** The name of its function, where it has one. */
  readonly called?: string;
  readonly state: SeenState;
  /** In steps of 16. */
  readonly age: number;
  /** How long the present wait has gone on; known of waits that began while somebody looked, or in debug mode. */
  readonly since?: number;
  readonly waits: readonly SeenWait[];
  /** The await stack, innermost first. */
  readonly stack?: readonly SeenFrame[];
  /** Where it was created; debug mode. */
  readonly created?: readonly SeenFrame[];
  /** The task that waits for the group, gather or scope that it was started in. */
  readonly parent?: number;
  /** The tasks that await it. */
  readonly awaiters: readonly number[];
  /** Cancels asked for and not taken back. */
  readonly cancels: number;
  /** Steps, and the processor time in them, since counting began: with the first `watch`, or with debug mode. */
  readonly steps?: number;
  readonly cpu?: number;
}

export interface SeenLoop {
  readonly id: number;
  /** `run`, `thread`, or what the program calls it. */
  readonly name: string;
  /** What its network runs on; left out while nothing has asked for one. */
  readonly backend?: string;
  readonly debug: boolean;
  readonly iterations: number;
  readonly ready: number;
  readonly timers: number;
  /** Of all tasks that were made on it; the rates of two looks are their difference. */
  readonly counts?: SeenCounts;
  /** Part of the time in which the thread was busy since the last look of this watcher, 0 to 1. */
  readonly utilisation?: number;
  /** The longest time that the loop kept the host waiting since the last look of this watcher. */
  readonly delay?: number;
  readonly resources: readonly SeenResource[];
  /** Circles of waits: the tasks' numbers, each waiting for the next. */
  readonly deadlocks: readonly (readonly number[])[];
}

export interface SeenCounts {
  readonly created: number;
  readonly finished: number;
  readonly cancelled: number;
  readonly failed: number;
}

export interface SeenResource {
  readonly what: string;
  readonly place?: readonly SeenFrame[];
}

/** One thread of one process, at one time. */
export interface Snapshot {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly threadName?: string;
  readonly title: string;
  readonly argv: readonly string[];
  readonly runtime: string;
  readonly at: number;
  readonly uptime: number;
  /** Bytes of the whole process. */
  readonly memory: number;
  /** How long the looking took: what stands in it was true within this time. */
  readonly took: number;
  /** How many tasks there are; more than stand here where `most` was asked for. */
  readonly total: number;
  readonly loops: readonly SeenLoop[];
  readonly tasks: readonly SeenTask[];
}

/** Requests, by name: what is asked with, and what comes back. */
export interface Requests {
  hello: { asked: { readonly key?: string } | undefined; back: Hello };
  snapshot: { asked: SnapshotOptions; back: Snapshot };
  /** Sends a Snapshot as `{ event: 'snapshot', data }` every `interval`, until the connection ends or `unwatch`. */
  watch: { asked: SnapshotOptions & { readonly interval: number }; back: true };
  unwatch: { asked: undefined; back: true };
  /** Cancels a task; false when it is done or unknown. */
  cancel: { asked: { readonly task: number; readonly message?: string }; back: boolean };
  /** One task with its stacks, undefined when it is done. */
  task: { asked: { readonly task: number }; back: SeenTask | undefined };
  /** Evaluates JavaScript in the process; one expression where it may not change anything; refused unless the connection was opened for it. */
  evaluate: { asked: { readonly code: string; readonly mayChange: boolean }; back: Evaluated };
  /** Starts to send the tasks' events as `{ event: 'trace', data: TraceEvent[] }`. Who reads too slowly loses the connection,
   * or, with `mayLose`, the events that it has not taken. */
  trace: { asked: { readonly mayLose?: boolean } | undefined; back: true };
  untrace: { asked: undefined; back: true };
}

export interface SnapshotOptions {
  /** With await stacks; true by default for one look, false for a watch. */
  readonly stacks?: boolean;
  /** At most so many tasks, the oldest first; all by default. `total` tells how many there were. */
  readonly most?: number;
}

export interface Hello {
  readonly protocol: number;
  readonly version: string;
  readonly pid: number;
  readonly thread: number;
  readonly runtime: string;
  readonly title: string;
  /** The sockets of the other threads of this process. */
  readonly threads: readonly string[];
  /** Whether this connection may evaluate code. */
  readonly evaluates: boolean;
}

export interface Evaluated {
  readonly shown: string;
  readonly failed: boolean;
}

/** What a trace tells of a task. Times are those of Date.now(), with fractions, and the same for all threads.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { traceTasks, type TraceEvent } from 'asyncio-ts/lowlevel';
 * const events: TraceEvent[] = [];
 * const stop = traceTasks((event) => events.push(event));
 * await run(async () => {});
 * stop();
 * console.log(events[0]?.what, events[0]?.name); // -> create main
 * ```
 */
export interface TraceEvent {
  /** Of a `step`: when it began. */
  readonly at: number;
  readonly what: 'create' | 'step' | 'wait' | 'cancel' | 'done';
  readonly task: number;
  /** Of `create`: the task's name, with its function's where that adds something. */
  readonly name?: string;
  /** Of `create`: the name of its function, where it has one. */
  readonly called?: string;
  /** Of `create`: the task whose code made it. */
  readonly parent?: number;
  /** Of `create`: the loop's number. */
  readonly loop?: number;
  /** Of `step`: how long it ran. */
  readonly took?: number;
  /** Of `step`: when what it waited for had come. */
  readonly ready?: number;
  /** Of `step`: the task that made it ready. Of `cancel`: the one that asked for it. */
  readonly by?: number;
  /** Of `step` and `wait`: a cancel was asked for and not taken back. */
  readonly cancelling?: true;
  /** Of `wait`, which begins here and lasts until the task's next event: what for. */
  readonly wait?: string;
  /** Of `done`. */
  readonly outcome?: 'finished' | 'cancelled' | 'failed';
  /** Of `done`, where it failed: the name of the error and its message. */
  readonly error?: string;
}

export interface Request {
  readonly id: number;
  readonly method: keyof Requests;
  readonly params?: unknown;
}

export type Answer =
  | { readonly id: number; readonly result: unknown }
  /** Part of a long answer: the first tasks of a snapshot. The `result` that follows has the rest. */
  | { readonly id: number; readonly part: readonly SeenTask[] }
  | { readonly id: number; readonly error: { readonly code: string; readonly message: string } };

export type Told =
  /** The first tasks of the snapshot that is told next, which has the rest. */
  | { readonly event: 'part'; readonly data: readonly SeenTask[] }
  | { readonly event: 'snapshot'; readonly data: Snapshot }
  | { readonly event: 'trace'; readonly data: readonly TraceEvent[] };
