// trace: writes what the tasks of this thread do, and if wanted those of its workers and children, into a file that
// Perfetto shows.
//
// 1. It begins and ends at any time, and what it writes is a trace from there to there.
// 2. Children and workers that are started afterwards load this library first, and append to the same file
//    (`joinTrace`). Where the program is not on Node they are left out.
// 3. Of one thread there is one trace; a second is refused.

import { basename, resolve } from 'node:path';
import process from 'node:process';
import { threadId } from 'node:worker_threads';
import { InvalidArgumentError, UsageError } from '../../asyncio.ts';
import { runtime, traceTasks } from '../../lowlevel.ts';
import { Utilisation } from '../utilisation.ts';
import { ChromeTrace } from './chromeTrace.ts';
import { LoopDelay } from '../loopDelay.ts';
import { loadInWhatIsStarted } from './startedFromHere.ts';
import { TraceFile, traceTarget } from './traceFile.ts';

/** True in dist/bundle, where scripts/build.mjs defines it; there is no such variable elsewhere. */
declare const asyncioBundle: true | undefined;

/** Options of {@link trace}.
 * @example
 * ```ts
 * import type { TraceOptions } from 'asyncio-ts/inspect';
 * const options: TraceOptions = { file: '/tmp/run.json', children: true };
 * console.log(options.file); // -> /tmp/run.json
 * ```
 */
export interface TraceOptions {
  /** Where to write; `asyncio-trace-PID.json` in the working directory by default. What is there is overwritten. */
  file?: string | undefined;
  /** Traces the worker threads and child processes that are started from now on too, into the same file; false by
   * default. On Node only. */
  children?: boolean | undefined;
  /** Ends the trace when it has so many bytes; 1 GiB by default. */
  maxSize?: number | undefined;
}

/** A trace that is being written; see {@link trace}.
 * @example
 * ```ts
 * import { trace, type Trace } from 'asyncio-ts/inspect';
 * const running: Trace = trace({ file: '/tmp/a.json' });
 * running.stop();
 * console.log(running.file); // -> /tmp/a.json
 * ```
 */
export interface Trace extends Disposable {
  readonly file: string;
  /** Bytes written so far. */
  readonly written: number;
  /** Ends it, and writes the end of the file. Stopping again does nothing. */
  stop(): void;
}

const COUNTERS_EVERY = 100;
const VARIABLE = 'ASYNCIO_TRACE_INTO';

// Of the thread.
let current: RunningTrace | undefined;

/** Writes all that tasks do from now on into a file, until it is stopped or the process ends: each task as a slice of a
 * track, its steps and waits within, arrows from who started and woke whom, the loop's delay as a plot. For
 * ui.perfetto.dev or chrome://tracing. A task costs some microseconds more while it is traced.
 * @throws UsageError when this thread is traced already; InvalidArgumentError for bad options; the host's error where
 * the file can't be written
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { run, sleep } from 'asyncio-ts';
 * import { trace } from 'asyncio-ts/inspect';
 * {
 *   using _ = trace({ file: '/tmp/trace.json' });
 *   await run(() => sleep(1));
 * }
 * const events = JSON.parse(readFileSync('/tmp/trace.json', 'utf8')) as { name?: string }[];
 * console.log(events.some(({ name }) => name === 'waits for sleep')); // -> true
 * ```
 */
export function trace(options: TraceOptions = {}): Trace {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', `trace needs an object of options`);
  const { children = false } = options;
  const { file, maxSize } = traceTarget(process.pid, options);
  const begun = new RunningTrace(file, true, Date.now(), maxSize);
  if (children) begun.reachChildren();
  return (current = begun);
}

/** Goes on with the trace of the process that started this one, or of the thread; does nothing where there is none. */
export function joinTrace(): Trace | undefined {
  const [, origin, maxSize, file] = /^(\d+) (\d+) (.+)$/.exec(process.env[VARIABLE] ?? '') ?? [];
  if (file === undefined || current !== undefined) return undefined;
  try {
    return (current = new RunningTrace(file, false, Number(origin), Number(maxSize)));
  } catch {
    // The program of the child goes on where the file is out of its reach.
    return undefined;
  }
}

class RunningTrace implements Trace {
  readonly file: string;
  readonly #origin: number;
  readonly #maxSize: number;
  readonly #out: TraceFile;
  readonly #chrome: ChromeTrace;
  readonly #delay: LoopDelay;
  readonly #counters: NodeJS.Timeout;
  readonly #endTracing: () => void;
  readonly #exit = (): void => this.stop();
  readonly #utilisation: Utilisation = new Utilisation();
  /** A child that has no tasks leaves no trace. */
  #seen: boolean;
  #restore: (() => void) | undefined = undefined;

  constructor(file: string, first: boolean, origin: number, maxSize: number) {
    if (current !== undefined) throw new UsageError(`this thread is traced already, into ${current.file}`);
    this.file = file;
    this.#origin = origin;
    this.#maxSize = maxSize;
    this.#out = new TraceFile(file, first, maxSize, (error) => {
      this.stop();
      const why =
        error === undefined ? `has reached ${maxSize} bytes` : `can't be written (${error.message})`;
      process.stderr.write(`asyncio: the trace ${why} and ends here: ${file}\n`);
    });
    const title = `${runtime().name} ${basename(process.argv[1] ?? '')}`.trim();
    const add = (event: string): void => this.#out.add(event);
    this.#chrome = new ChromeTrace({ pid: process.pid, thread: threadId, origin, add }, title);
    this.#seen = first;
    this.#endTracing = traceTasks((event) => {
      this.#seen = true;
      this.#chrome.take(event);
    });
    this.#delay = new LoopDelay();
    this.#counters = setInterval(() => this.#count(), COUNTERS_EVERY);
    this.#counters.unref();
    process.on('exit', this.#exit);
  }

  get written(): number {
    return this.#out.written;
  }

  /** Lets what is started from here on join. */
  reachChildren(): void {
    if (runtime().name !== 'node') return;
    const value = `${this.#origin} ${this.#maxSize} ${resolve(this.file)}`;
    this.#restore = loadInWhatIsStarted(childProgram(), VARIABLE, value);
  }

  stop(): void {
    if (current !== this) return;
    current = undefined;
    this.#endTracing();
    this.#count();
    clearInterval(this.#counters);
    this.#delay.stop();
    process.off('exit', this.#exit);
    this.#restore?.();
    this.#out.close(this.#chrome.mark('end of the trace', now()));
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  #count(): void {
    if (!this.#seen) return;
    const at = now();
    this.#chrome.counter('loop delay', 'ms', this.#delay.takeLongest(), at);
    this.#chrome.counter('tasks', 'alive', this.#chrome.alive, at);
    const used = this.#utilisation.take();
    if (used !== undefined) this.#chrome.counter('utilisation', '%', 100 * used, at);
    this.#out.flush();
  }
}

/** The URL of what children and workers load first. */
function childProgram(): string {
  // In a variable, so that bundlers leave the address alone.
  const here = import.meta.url;
  if (typeof asyncioBundle !== 'undefined') return new URL('./traceChild.js', here).href;
  return new URL(`./child/main${here.endsWith('.ts') ? '.ts' : '.js'}`, here).href;
}

const now = (): number => performance.timeOrigin + performance.now();
