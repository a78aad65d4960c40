// Looking at a live process: `attach` finds it, connects to its threads and to those of the processes below it, and gives
// what they say as one tree.
//
// 1. Everything that was opened in the other process is closed again: its inspector at once, its sockets when the last
//    looker has left.
// 2. Processes come and go: each look goes over the descendants anew.
// 3. A fault of a descendant is told in the tree, one of the process itself is thrown by `attach`.

import { getRunningLoop, sleep, UsageError } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { addResource, toMilliseconds } from '../../lowlevel.ts';
import type { SeenTask, SnapshotOptions } from '../../lowlevel.ts';
import { AttachError } from './attachError.ts';
import { AttachedProcess } from './attachedProcess.ts';
import { settingsOf } from './settings.ts';
import type { AttachOptions, Settings } from './settings.ts';
import type { AttachedThread } from './attachedThread.ts';
import { findProcess, ownProcesses } from './findProcess.ts';
import { isThere, processInfo } from './processInfo.ts';
import type { ProcessInfo } from './processInfo.ts';
import type { ProcessView, ThreadView } from './view.ts';

/** Where a task is.
 * @example
 * ```ts
 * import type { TaskPlace } from 'asyncio-ts/inspect';
 * const place: TaskPlace = { pid: 4711, task: 12 };
 * console.log(place.thread); // -> undefined
 * ```
 */
export interface TaskPlace {
  readonly pid: number;
  /** 0 for the main thread, which it is by default. */
  readonly thread?: number;
  readonly task: number;
}

/** Looks at a process: a number, or the name of a script that runs, as `server.ts` or `server`. On Node the process needs
 * no preparation: it is asked by SIGUSR1, and for some milliseconds its inspector is open, which writes two lines to its
 * standard error. Bun and Deno have to be started with ASYNCIO_INSPECT=1.
 *
 * Cancelling gives up and leaves nothing open in it.
 * @throws AttachError when it can't be looked at, with a `reason` and a sentence on what to do; UnsupportedError elsewhere
 * than on Linux
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { attach, AttachError } from 'asyncio-ts/inspect';
 * await run(async () => {
 *   try {
 *     await using program = await attach('no-such-server.ts');
 *     const { threads } = await program.snapshot();
 *     for (const { snapshot } of threads) for (const { name, waits } of snapshot?.tasks ?? []) console.log(name, waits);
 *   } catch (error) {
 *     if (error instanceof AttachError) console.log(error.reason); // -> no-such-process
 *   }
 * });
 * ```
 */
export async function attach(target: number | string, options: AttachOptions = {}): Promise<Attached> {
  const settings = settingsOf(options);
  const attached = new Attached(findProcess(target), settings);
  try {
    await attached._open();
    return attached;
  } catch (error) {
    attached.close();
    throw error;
  }
}

/** A program that is looked at: a process and those below it. `await using` leaves it.
 * @example
 * ```ts
 * import type { Attached } from 'asyncio-ts/inspect';
 * async function countTasks(program: Attached): Promise<number> {
 *   const { threads } = await program.snapshot({ stacks: false });
 *   return threads.reduce((sum, { snapshot }) => sum + (snapshot?.tasks.length ?? 0), 0);
 * }
 * console.log(typeof countTasks); // -> function
 * ```
 */
export class Attached implements AsyncDisposable {
  /** The number of the process that it was made for. */
  readonly pid: number;
  readonly #settings: Settings;
  readonly #processes: Map<number, AttachedProcess> = new Map();
  readonly #forget: () => void;
  #closed: boolean = false;
  #watchers: number = 0;
  /** The first look is at what has just been found. */
  #fresh: boolean = true;

  /** @internal */
  constructor(info: ProcessInfo, settings: Settings) {
    this.pid = info.pid;
    this.#settings = settings;
    this.#processes.set(info.pid, new AttachedProcess(info, settings));
    this.#forget = addResource(getRunningLoop(), {
      description: `look at process ${info.pid}`,
      close: () => this.close(),
    });
  }

  /** Connects for the first time. @internal */
  async _open(): Promise<void> {
    const root = this.#root();
    let failed: AttachError | undefined;
    try {
      await root.connect();
    } catch (error) {
      if (!(error instanceof AttachError) || error.reason !== 'not-asyncio') throw error;
      failed = error;
    }
    await this.#findChildren();
    if (failed !== undefined && ![...this.#processes.values()].some((each) => each.usesLibrary))
      throw failed;
  }

  /** The connections to all threads that there are now. */
  get threads(): AttachedThread[] {
    return [...this.#processes.values()].flatMap((each) => each.threads);
  }

  /** Looks once at everything. Threads that do not answer are in it, with what is known of them.
   * @throws AttachError when the process has ended; UsageError when this look is closed */
  async snapshot(options: SnapshotOptions = {}): Promise<ProcessView> {
    return await this.#look(options);
  }

  async #look(options: SnapshotOptions, interval?: number): Promise<ProcessView> {
    if (this.#closed) throw new UsageError(`the look at process ${this.pid} is closed`);
    if (this.#fresh) this.#fresh = false;
    else await this.#refresh();
    return await this.#view(this.#root(), options, interval);
  }

  /** Looks again and again, every `interval` milliseconds; 1000 by default. Ends when the process does. Steps, processor
   * time and loads are counted from the first look on. Stacks are left out unless they are asked for.
   * @throws as {@link snapshot} */
  async *watch(
    options: SnapshotOptions & { readonly interval?: Duration } = {},
  ): AsyncGenerator<ProcessView, void, undefined> {
    const { interval = 1000, ...rest } = options;
    const pause = toMilliseconds(interval, 'interval');
    this.#watchers++;
    try {
      for (;;) {
        const began = performance.now();
        yield await this.#look({ stacks: false, ...rest }, pause);
        // The threads themselves keep the pace, but for those that do not answer.
        await sleep(Math.max(0, pause - (performance.now() - began)));
      }
    } catch (error) {
      if (!(error instanceof AttachError && error.reason === 'gone')) throw error;
    } finally {
      if (--this.#watchers === 0) for (const thread of this.threads) thread.endWatch();
    }
  }

  /** Cancels a task, as `task.cancel(message)` does; false when it is done, or there is none of that number.
   * @throws AttachError, TimeoutError when the thread does not answer */
  async cancel(place: TaskPlace, message?: string): Promise<boolean> {
    const { task } = place;
    for (const thread of this.#threadsAt(place))
      if (await thread.ask('cancel', message === undefined ? { task } : { task, message })) return true;
    return false;
  }

  /** One task with its stack; undefined when it is done.
   * @throws AttachError, TimeoutError when the thread does not answer */
  async task(place: TaskPlace): Promise<SeenTask | undefined> {
    for (const thread of this.#threadsAt(place)) {
      const found = await thread.task(place.task);
      if (found != null) return found;
    }
    return undefined;
  }

  /** Ends all connections. What was opened in the process closes by itself. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#forget();
    for (const each of this.#processes.values()) each.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  #root(): AttachedProcess {
    return this.#processes.get(this.pid) as AttachedProcess;
  }

  #threadsAt({ pid, thread = 0 }: TaskPlace): AttachedThread[] {
    const found = this.#processes.get(pid)?.threads.filter((each) => each.thread === thread) ?? [];
    if (found.length > 0) return found;
    throw new AttachError('gone', `thread ${thread} of process ${pid} is not looked at`);
  }

  async #refresh(): Promise<void> {
    for (const [pid, each] of this.#processes) {
      if (isThere(each.info)) continue;
      each.close();
      if (pid === this.pid) throw new AttachError('gone', `process ${pid} (${each.info.name}) has ended`);
      this.#processes.delete(pid);
    }
    await this.#connect(this.#root());
    await this.#findChildren();
  }

  async #findChildren(): Promise<void> {
    if (!this.#settings.children) return;
    for (const info of descendantsOf(this.pid)) {
      let child = this.#processes.get(info.pid);
      if (child === undefined)
        this.#processes.set(info.pid, (child = new AttachedProcess(info, this.#settings)));
      await this.#connect(child);
    }
  }

  async #connect(each: AttachedProcess): Promise<void> {
    try {
      await each.connect();
    } catch (error) {
      if (!(error instanceof AttachError)) throw error;
      each.failed(error);
    }
  }

  async #view(
    each: AttachedProcess,
    options: SnapshotOptions,
    interval: number | undefined,
  ): Promise<ProcessView> {
    const { pid, parent, name, argv, runtime } = each.info;
    const { age = each.info.age, state = each.info.state } = processInfo(pid) ?? {};
    const threads = await each.look(options, interval);
    const children: ProcessView[] = [];
    for (const child of this.#childrenOf(pid)) {
      const view = await this.#view(child, options, interval);
      // What runs no loop and is waited for by none is somebody else's.
      const isOther = child.problem?.reason === 'not-asyncio' && !isAwaited(view.pid, threads);
      if (!isOther || view.children.length > 0) children.push(view);
    }
    return {
      pid,
      parent,
      name,
      argv,
      runtime: runtime as NonNullable<typeof runtime>,
      age,
      state,
      threads,
      children,
      ...(each.problem === undefined || each.usesLibrary ? undefined : { problem: each.problem }),
    };
  }

  // A process may stand below another by some that run no JavaScript, as a shell.
  #childrenOf(pid: number): AttachedProcess[] {
    const known = this.#processes;
    return [...known.values()].filter(
      ({ info }) => info.pid !== this.pid && nearest(info.parent, known) === pid,
    );
  }
}

function nearest(pid: number, known: ReadonlyMap<number, unknown>): number | undefined {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = processInfo(at)?.parent)
    if (known.has(at)) return at;
  return undefined;
}

// Reports name the process of a pool that works for a task in words.
function isAwaited(pid: number, threads: readonly ThreadView[]): boolean {
  return threads.some(({ snapshot }) =>
    snapshot?.tasks.some(({ waits }) =>
      waits.some((wait) => wait.pid === pid || wait.what.includes(`(pid ${pid})`)),
    ),
  );
}

// Those of this user that run JavaScript; this process itself may be one and is none.
function descendantsOf(pid: number): ProcessInfo[] {
  const all = ownProcesses();
  return all.filter((info) => {
    for (let at = info.parent; at > 1;) {
      if (at === pid) return true;
      at = processInfo(at)?.parent ?? 0;
    }
    return false;
  });
}
