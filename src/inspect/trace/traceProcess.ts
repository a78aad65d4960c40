// traceProcess: writes what the tasks of a live program do into a file that Perfetto shows, from outside.
//
// 1. What a thread tells of itself is written as it comes; threads and children that are found later join.
// 2. It ends when it is cancelled, when the program ends, or when the file has its size: the file is whole each time.

import { TimeoutError } from '../../asyncio.ts';
import type { TraceEvent } from '../../lowlevel.ts';
import { AttachError } from '../attach/attachError.ts';
import type { Attached } from '../attach/attach.ts';
import type { AttachedThread } from '../attach/attachedThread.ts';
import type { ProcessView, ThreadView } from '../attach/view.ts';
import { ChromeTrace } from './chromeTrace.ts';
import { TraceFile, traceTarget } from './traceFile.ts';

/** Options of {@link traceProcess}. */
export interface TraceProcessOptions {
  /** Where to write; `asyncio-trace-PID.json` in the working directory by default. What is there is overwritten. */
  file?: string | undefined;
  /** Ends the trace when it has so many bytes; 1 GiB by default. */
  maxSize?: number | undefined;
}

/** Between two looks for threads and loads, in milliseconds. */
const LOOK_EVERY = 500;

/** Writes all that the tasks of a live program do from now on into a file, as {@link trace} does within a program. Resolves
 * to the file's path when the program ends or the file is full; cancelling ends the trace, and the file is whole.
 * @throws AttachError when it can't be looked at; the host's error where the file can't be written
 * @example
 * ```ts
 * import { moveOnAfter } from 'asyncio-ts';
 * import { attach, traceProcess } from 'asyncio-ts/inspect';
 * async function traceFor(time: number, pid: number): Promise<void> {
 *   await using program = await attach(pid);
 *   await moveOnAfter(time, () => traceProcess(program, { file: '/tmp/live.json' }));
 * }
 * console.log(typeof traceFor); // -> function
 * ```
 */
export async function traceProcess(program: Attached, options: TraceProcessOptions = {}): Promise<string> {
  const { file, maxSize } = traceTarget(program.pid, options);
  const traced = new TracedProgram(program, file, maxSize);
  try {
    await traced.run();
  } finally {
    traced.close();
  }
  return file;
}

class TracedProgram {
  readonly #program: Attached;
  readonly #out: TraceFile;
  readonly #origin: number = Date.now();
  readonly #threads: Map<AttachedThread, { readonly chrome: ChromeTrace; readonly stop: () => void }> =
    new Map();
  #isFull: boolean = false;
  #failed: Error | undefined = undefined;

  constructor(program: Attached, file: string, maxSize: number) {
    this.#program = program;
    this.#out = new TraceFile(file, true, maxSize, (error) => {
      this.#isFull = true;
      this.#failed = error;
    });
  }

  async run(): Promise<void> {
    for await (const view of this.#program.watch({ interval: LOOK_EVERY, most: 0 })) {
      const names = new Map(placesOf(view));
      for (const thread of this.#program.threads) await this.#join(thread, names);
      for (const [key, { view: each }] of names) this.#count(key, each);
      this.#out.flush();
      if (this.#failed !== undefined) throw this.#failed;
      if (this.#isFull) return;
    }
  }

  close(): void {
    for (const [thread, { stop }] of this.#threads) {
      stop();
      if (!thread.closed) void thread.ask('untrace').catch(() => {});
    }
    const [first] = this.#threads.values();
    this.#out.close(
      first?.chrome.mark('end of the trace', Date.now()) ?? '{"ph":"M","name":"empty","pid":0}',
    );
  }

  async #join(thread: AttachedThread, names: ReadonlyMap<string, Place>): Promise<void> {
    if (this.#threads.has(thread) || thread.closed || thread.silent !== undefined) return;
    const title = names.get(keyOf(thread.pid, thread.thread))?.title ?? `process ${thread.pid}`;
    const add = (event: string): void => this.#out.add(event);
    const chrome = new ChromeTrace(
      { pid: thread.pid, thread: thread.thread, origin: this.#origin, add },
      title,
    );
    const stop = thread.listen((event, data) => {
      if (event === 'trace' && !this.#isFull) for (const each of data as TraceEvent[]) chrome.take(each);
    });
    this.#threads.set(thread, { chrome, stop });
    try {
      await thread.ask('trace');
    } catch (error) {
      // It hangs, or is gone: what it tells later is taken.
      if (!(error instanceof AttachError || error instanceof TimeoutError)) throw error;
    }
  }

  #count(key: string, { snapshot }: ThreadView): void {
    if (snapshot === undefined) return;
    const [, found] = [...this.#threads].find(([each]) => keyOf(each.pid, each.thread) === key) ?? [];
    if (found === undefined) return;
    const { chrome } = found;
    chrome.counter('tasks', 'alive', snapshot.total, snapshot.at);
    const [loop] = snapshot.loops;
    if (loop?.delay !== undefined) chrome.counter('loop delay', 'ms', loop.delay, snapshot.at);
    if (loop?.utilisation !== undefined)
      chrome.counter('utilisation', '%', 100 * loop.utilisation, snapshot.at);
  }
}

interface Place {
  readonly title: string;
  readonly view: ThreadView;
}

const keyOf = (pid: number, thread: number): string => `${pid}.${thread}`;

function placesOf({ pid, name, runtime, threads, children }: ProcessView): [string, Place][] {
  const own = threads.map((view): [string, Place] => [
    keyOf(pid, view.thread),
    { title: `${runtime} ${name}`, view },
  ]);
  return [...own, ...children.flatMap(placesOf)];
}
