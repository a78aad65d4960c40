// record: the last seconds of what the tasks of this thread did, kept in memory and written when something goes wrong.
//
// 1. Bounded memory: a ring of bytes, in which the newest overwrites the oldest. What lives is repeated in it a few times
//    a lap, so that what is left of it always tells of all tasks, as many as there is room for.
// 2. It is written when the process ends by a failure, when it gets a signal, when the program asks, and, by a thread
//    that watches, when this one hangs. A process that is killed writes nothing.
// 3. Each occasion has a file of its own, at most ten.

import { accessSync, constants } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import process from 'node:process';
import { threadId, Worker } from 'node:worker_threads';
import { InvalidArgumentError, UsageError } from '../../asyncio.ts';
import type { Duration, SignalName } from '../../asyncio.ts';
import { runtime, toMilliseconds, traceTasks } from '../../lowlevel.ts';
import type { TraceEvent } from '../../lowlevel.ts';
import type { Watch } from './watchdog/main.ts';
import { Ring } from './watchdog/ring.ts';
import { writeRecord } from './watchdog/writeRecord.ts';
import type { Recorded } from './watchdog/writeRecord.ts';

/** True in dist/bundle, where scripts/build.mjs defines it; there is no such variable elsewhere. */
declare const asyncioBundle: true | undefined;

/** Options of {@link record}.
 * @example
 * ```ts
 * import type { RecordOptions } from 'asyncio-ts/inspect';
 * const options: RecordOptions = { last: 10_000, hang: Infinity };
 * console.log(options.hang); // -> Infinity
 * ```
 */
export interface RecordOptions {
  /** Where to write; `asyncio-record-PID.json` in the working directory by default. Later records of the same run have a
   * number before the ending. */
  file?: string | undefined;
  /** How far back a record goes; 30 seconds by default. */
  last?: Duration | undefined;
  /** Bytes that are kept in memory; 8 MiB by default, which is about 80,000 events. */
  memory?: number | undefined;
  /** After how long the thread is taken to hang; 5 seconds by default, Infinity for never. */
  hang?: Duration | undefined;
  /** The signal on which a record is written while the program goes on; SIGUSR2 by default, false for none. */
  signal?: SignalName | false | undefined;
}

/** What is being recorded; see {@link record}.
 * @example
 * ```ts
 * import { record, type Recording } from 'asyncio-ts/inspect';
 * const recording: Recording = record({ file: '/tmp/r.json', hang: Infinity });
 * await recording.stop();
 * console.log(recording.files); // -> []
 * ```
 */
export interface Recording extends AsyncDisposable {
  /** The files that this thread has written. */
  readonly files: readonly string[];
  /** Writes what there is; `reason` stands as a mark at its end. Returns the file, undefined when there are too many. */
  write(reason?: string): string | undefined;
  /** Ends it, without writing. */
  stop(): Promise<void>;
}

const MEBIBYTE = 2 ** 20;
const MOST_FILES = 10;
const BEATS_A_HANG = 8;
/** How often in a lap of the ring what lives is repeated, and how much of the lap that may take. */
const REPEATS_A_LAP = 4;
const SHARE_OF_REPEATS = 2;

// Of the thread.
let current: RunningRecording | undefined;

/** Keeps the last seconds of what tasks do, and writes them as a trace file when the process ends with another code than
 * 0, gets the signal, or hangs; `write` does so at any time.
 * @throws UsageError when this thread is recorded already; InvalidArgumentError for bad options; the host's error where the
 * folder of the file is not there, or can't be written to
 * @example
 * ```ts
 * import { readFileSync } from 'node:fs';
 * import { run, sleep } from 'asyncio-ts';
 * import { record } from 'asyncio-ts/inspect';
 * await using recording = record({ file: '/tmp/record.json', last: 10_000, hang: Infinity });
 * await run(() => sleep(1));
 * const file = recording.write('that is enough') as string;
 * console.log(JSON.parse(readFileSync(file, 'utf8')).at(-1).name); // -> that is enough
 * ```
 */
export function record(options: RecordOptions = {}): Recording {
  if (typeof options !== 'object' || options === null)
    throw new InvalidArgumentError('options', 'record needs an object of options');
  const {
    file = `asyncio-record-${process.pid}.json`,
    memory = 8 * MEBIBYTE,
    signal = 'SIGUSR2',
  } = options;
  if (typeof file !== 'string' || file === '')
    throw new InvalidArgumentError('file', 'file must be the path of a file');
  if (!Number.isSafeInteger(memory) || memory < 65_536 || memory > 2 ** 30)
    throw new InvalidArgumentError('memory', 'memory must be a number of bytes from 65536 to 1073741824');
  const span = positive(options.last ?? 30_000, 'last');
  const hang = positive(options.hang ?? 5000, 'hang');
  if (signal !== false && !/^SIG[A-Z0-9]+$/.test(signal))
    throw new InvalidArgumentError('signal', "signal must be the name of one, such as 'SIGUSR2', or false");
  if (current !== undefined) throw new UsageError('this thread is recorded already');
  // Now, and not when it is needed.
  accessSync(dirname(resolve(file)), constants.W_OK);
  const title = `${runtime().name} ${basename(process.argv[1] ?? '')}`.trim();
  return (current = new RunningRecording(
    { pid: process.pid, thread: threadId, title, file, span },
    memory,
    hang,
    signal,
  ));
}

function positive(duration: Duration, name: string): number {
  const value = toMilliseconds(duration, name);
  if (!(value > 0)) throw new InvalidArgumentError(name, `${name} must be above 0`);
  return value;
}

interface Living {
  readonly create: TraceEvent;
  wait: TraceEvent | undefined;
}

class RunningRecording implements Recording {
  readonly files: string[] = [];
  readonly #recorded: Recorded;
  readonly #ring: Ring;
  readonly #living: Map<number, Living> = new Map();
  readonly #signal: SignalName | undefined;
  readonly #beat: NodeJS.Timeout | undefined;
  readonly #watchdog: Worker | undefined;
  readonly #endTracing: () => void;
  readonly #exit = (code: number): void => {
    if (code !== 0) this.#writeLoudly(`the process ends with code ${code}`);
  };
  readonly #signalled = (): void => void this.#writeLoudly(`the process got ${this.#signal}`);
  #sinceRepeat: number = 0;

  constructor(recorded: Recorded, memory: number, hang: number, signal: SignalName | false) {
    this.#recorded = recorded;
    this.#ring = new Ring(memory);
    this.#endTracing = traceTasks(
      (event) => this.#take(event),
      (task) => {
        this.#ring.running = task;
      },
    );
    process.on('exit', this.#exit);
    // Workers get no signals.
    this.#signal = signal === false || recorded.thread !== 0 ? undefined : signal;
    if (this.#signal !== undefined) process.on(this.#signal, this.#signalled);
    if (hang !== Infinity) {
      this.#beat = setInterval(() => this.#ring.beat(), hang / BEATS_A_HANG);
      this.#beat.unref();
      this.#watchdog = startWatchdog({
        ...recorded,
        file: hangFile(recorded.file),
        memory: this.#ring.memory,
        hang,
      });
    }
  }

  write(reason: string = 'asked for by the program'): string | undefined {
    if (this.files.length >= MOST_FILES) return undefined;
    const { file } = this.#recorded;
    const next = this.files.length === 0 ? file : numbered(file, String(this.files.length + 1));
    writeRecord(next, this.#lines(), this.#recorded, reason);
    this.files.push(next);
    return next;
  }

  async stop(): Promise<void> {
    if (current !== this) return;
    current = undefined;
    this.#endTracing();
    process.off('exit', this.#exit);
    if (this.#signal !== undefined) process.off(this.#signal, this.#signalled);
    clearInterval(this.#beat);
    await this.#watchdog?.terminate();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  // This thread knows what lives, whatever the ring has room for.
  #lines(): string[] {
    const living = [...this.#living.values()].flatMap(({ create, wait }) =>
      wait === undefined ? [create] : [create, wait],
    );
    const lines = this.#ring.lines();
    const first = lines.length === 0 ? 0 : (JSON.parse(lines[0] as string) as TraceEvent).at;
    // What began within the ring is told there.
    return [...living.filter(({ at }) => at < first).map((event) => JSON.stringify(event)), ...lines];
  }

  #writeLoudly(reason: string): void {
    let text: string;
    try {
      const file = this.write(reason);
      if (file === undefined) return;
      text = `${reason}; the last ${this.#recorded.span / 1000} s are in ${file}`;
    } catch (error) {
      text = `${reason}, and the record could not be written: ${(error as Error).message}`;
    }
    process.stderr.write(`asyncio: ${text}\n`);
  }

  #take(event: TraceEvent): void {
    const { what, task } = event;
    if (what === 'create') this.#living.set(task, { create: event, wait: undefined });
    else if (what === 'done') this.#living.delete(task);
    else if (what !== 'cancel') {
      const living = this.#living.get(task);
      if (living !== undefined) living.wait = what === 'wait' ? event : undefined;
      if (what === 'step') this.#ring.running = 0;
    }
    this.#sinceRepeat += this.#ring.add(JSON.stringify(event));
    if (this.#sinceRepeat > this.#ring.size / REPEATS_A_LAP) this.#repeat();
  }

  // The oldest first, since they are the least likely to be told of otherwise.
  #repeat(): void {
    this.#sinceRepeat = 0;
    let room = this.#ring.size / REPEATS_A_LAP / SHARE_OF_REPEATS;
    for (const { create, wait } of this.#living.values()) {
      room -= this.#ring.add(JSON.stringify(create));
      if (wait !== undefined) room -= this.#ring.add(JSON.stringify(wait));
      if (room < 0) return;
    }
  }
}

/** `run.json` as `run-2.json`. */
function numbered(file: string, number: string): string {
  return /\.[^./\\]+$/.test(file) ? file.replace(/(\.[^./\\]+)$/, `-${number}$1`) : `${file}-${number}`;
}

// Written by another thread, which knows nothing of the files of this one.
const hangFile = (file: string): string => numbered(file, 'hang');

function startWatchdog(watch: Watch): Worker {
  const worker = new Worker(new URL(watchdogProgram()), { workerData: watch, execArgv: [], stdout: false });
  worker.unref();
  // Without it a program is recorded all the same.
  worker.on('error', (error) => {
    process.stderr.write(`asyncio: nobody watches for a hang: ${(error as Error).message}\n`);
  });
  return worker;
}

function watchdogProgram(): string {
  // In a variable, so that bundlers leave the address alone.
  const here = import.meta.url;
  if (typeof asyncioBundle !== 'undefined') return new URL('./recordWatchdog.js', here).href;
  return new URL(`./watchdog/main${here.endsWith('.ts') ? '.ts' : '.js'}`, here).href;
}
