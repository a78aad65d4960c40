// One copy of the library in one thread of a process that is looked at: its connection, and whether it answers.
//
// 1. A thread that is silent for `within` milliseconds counts as hung, and is asked again by the next look: nothing is
//    given up.
// 2. Stacks are told at their places in the source: the program need not have turned source maps on. They are read here,
//    so the program does not wait for that.

import { Event, getRunningLoop, timeout, TimeoutError } from '../../asyncio.ts';
import type { Requests, SeenFrame, SeenTask, Snapshot, SnapshotOptions } from '../../lowlevel.ts';
import { placeInSource, PROTOCOL } from '../../lowlevel.ts';
import { AttachError } from './attachError.ts';
import { Line, together } from './line.ts';
import type { ThreadSocket } from './sockets.ts';

interface Watch {
  latest: Snapshot | undefined;
  readonly arrived: Event;
  stop: () => void;
}

/** A thread of a process that is looked at; see {@link Attached.threads}. */
export class AttachedThread {
  readonly pid: number;
  /** 0 for the main thread. */
  readonly thread: number;
  readonly path: string;
  readonly #line: Line;
  readonly #within: number;
  #key: string | undefined;
  #greeted: boolean = false;
  #silentSince: number | undefined;
  #watch: Watch | undefined;

  private constructor(
    pid: number,
    socket: ThreadSocket,
    line: Line,
    within: number,
    key: string | undefined,
  ) {
    this.pid = pid;
    this.thread = socket.thread;
    this.path = socket.path;
    this.#line = line;
    this.#within = within;
    this.#key = key;
  }

  /** @internal */
  static async open(
    pid: number,
    socket: ThreadSocket,
    within: number,
    key?: string,
  ): Promise<AttachedThread> {
    return new AttachedThread(pid, socket, await Line.open(socket.path), within, key);
  }

  /** True when the connection has ended. */
  get closed(): boolean {
    return this.#line.closed;
  }

  /** For how long it has not answered, in milliseconds; undefined when it has. */
  get silent(): number | undefined {
    return this.#silentSince === undefined ? undefined : performance.now() - this.#silentSince;
  }

  /** Asks the thread, in the words of the protocol. Cancelling forgets the request.
   * @throws TimeoutError when it does not answer in time; AttachError when it refuses, or is gone */
  async ask<M extends keyof Requests>(
    method: M,
    ...asked: undefined extends Requests[M]['asked']
      ? [asked?: Requests[M]['asked']]
      : [asked: Requests[M]['asked']]
  ): Promise<Requests[M]['back']> {
    const started = performance.now();
    try {
      return await this.#whileHeard(this.#within, async () => {
        if (!this.#greeted) await this.#greet();
        const back = await this.#line.ask(method, ...asked);
        this.#silentSince = undefined;
        return back;
      });
    } catch (error) {
      if (error instanceof TimeoutError) this.#silentSince ??= started;
      throw error;
    }
  }

  async snapshot(options: SnapshotOptions): Promise<Snapshot> {
    return snapshotInSource(await this.ask('snapshot', options));
  }

  /** One task with its stacks; undefined when it is done. @throws as {@link ask} */
  async task(task: number): Promise<SeenTask | undefined> {
    const found = await this.ask('task', { task });
    return found && taskInSource(found, new Places());
  }

  /** The next snapshot of a watch, which this begins: with what is counted between two. What nobody took is forgotten.
   * @throws as {@link ask} */
  async nextSnapshot(options: SnapshotOptions, interval: number): Promise<Snapshot> {
    if (this.#watch === undefined) {
      const watch: Watch = { latest: undefined, arrived: new Event(), stop: () => {} };
      this.#watch = watch;
      let parts: SeenTask[] = [];
      watch.stop = this.listen((event, data) => {
        if (event === 'part') for (const task of data as SeenTask[]) parts.push(task);
        if (event !== 'snapshot') return;
        watch.latest = together(data as Snapshot, parts);
        parts = [];
        this.#silentSince = undefined;
        watch.arrived.set();
      });
      try {
        await this.ask('watch', { ...options, interval });
      } catch (error) {
        this.endWatch();
        throw error;
      }
    }
    const watch = this.#watch;
    const { arrived } = watch;
    const asked = performance.now();
    try {
      await this.#whileHeard(interval + this.#within, () => arrived.wait());
    } catch (error) {
      if (this.closed) throw this.#line.why();
      if (error instanceof TimeoutError) this.#silentSince ??= asked;
      throw error;
    }
    arrived.clear();
    return snapshotInSource(watch.latest as Snapshot);
  }

  /** Wants no more snapshots. */
  endWatch(): void {
    if (this.#watch === undefined) return;
    this.#watch.stop();
    this.#watch = undefined;
    if (!this.closed) void this.ask('unwatch').catch(() => {});
  }

  /** Calls `listener` with what it tells of its own accord; returns what ends that. */
  listen(listener: (event: string, data: unknown) => void): () => void {
    return this.#line.listen(listener);
  }

  /** Ends the connection. @internal */
  close(): void {
    this.#line[Symbol.dispose]();
  }

  /** A long answer comes in parts: it may take longer than `within`, each of them may not. */
  async #whileHeard<T>(within: number, wait: () => Promise<T>): Promise<T> {
    return await timeout(within, async (deadline) => {
      const loop = getRunningLoop();
      const stop = this.#line.hear(() => {
        if (!deadline.expired()) deadline.reschedule(loop.time() + within);
      });
      try {
        return await wait();
      } finally {
        stop();
      }
    });
  }

  async #greet(): Promise<void> {
    const hello = await this.#line.ask('hello', this.#key === undefined ? {} : { key: this.#key });
    if (hello.protocol !== PROTOCOL) {
      throw new AttachError(
        'version',
        `process ${this.pid} speaks version ${hello.protocol} of the protocol, and this is ${PROTOCOL}`,
      );
    }
    this.#greeted = true;
  }
}

function snapshotInSource(snapshot: Snapshot): Snapshot {
  const places = new Places();
  return { ...snapshot, tasks: snapshot.tasks.map((task) => taskInSource(task, places)) };
}

function taskInSource(task: SeenTask, places: Places): SeenTask {
  const { stack, created } = task;
  if (stack === undefined && created === undefined) return task;
  return {
    ...task,
    ...(stack !== undefined && { stack: stack.map((frame) => places.inSource(frame)) }),
    ...(created !== undefined && { created: created.map((frame) => places.inSource(frame)) }),
  };
}

/** Places of code in the source: 10,000 tasks stand at few of them, and each is looked for once. */
class Places {
  readonly #known: Map<string, SeenFrame> = new Map();

  inSource(frame: SeenFrame): SeenFrame {
    const { file, line, column } = frame;
    const key = `${line}:${column}:${file}`;
    let known = this.#known.get(key);
    if (known === undefined) this.#known.set(key, (known = placeInSource(frame)));
    // The name is each frame's own.
    return known.file === file && known.line === line && known.column === column
      ? frame
      : { ...frame, file: known.file, line: known.line, column: known.column };
  }
}
