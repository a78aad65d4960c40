// One process that is looked at: how its threads are reached, what they say, and what is known when they say nothing.
//
// 1. Sockets that are there are taken; only where there is none Node is asked by its inspector, once, and once more when
//    a connection was lost.
// 2. A socket that was opened and is gone again before it could be connected to is asked for once more.
// 3. A thread that does not answer is examined by the inspector where there is one, and else from outside.

import { gather, TimeoutError, timeout } from '../../asyncio.ts';
import type { SnapshotOptions } from '../../lowlevel.ts';
import { AttachError } from './attachError.ts';
import { AttachedThread } from './attachedThread.ts';
import { demandSeen } from './hidden.ts';
import { throughInspector } from './inspector/door.ts';
import { examineFromOutside, examineThread, isNoAnswer } from './inspector/hang.ts';
import { countHooks, openHooks } from './inspector/openHooks.ts';
import type { Channel, Session } from './inspector/session.ts';
import { attachWorkers } from './inspector/workers.ts';
import { isThere, namespaceOf } from './processInfo.ts';
import type { ProcessInfo } from './processInfo.ts';
import type { Settings } from './settings.ts';
import { socketsOf } from './sockets.ts';
import type { HangView, Problem, ThreadView } from './view.ts';

interface ReachedThread {
  readonly thread: number;
  readonly name: string;
  readonly channel: Channel;
}

export class AttachedProcess {
  readonly info: ProcessInfo;
  readonly #settings: Settings;
  readonly #threads: Map<string, AttachedThread> = new Map();
  readonly #names: Map<number, string> = new Map();
  /** Those that hung when they were asked to open. */
  #hung: Map<number, HangView> = new Map();
  #keys: Map<string, string> = new Map();
  #problem: Problem | undefined;
  #asked: boolean = false;
  /** Why it has none, and is not asked for it again. */
  #noInspector: AttachError | undefined;

  constructor(info: ProcessInfo, settings: Settings) {
    this.info = info;
    this.#settings = settings;
  }

  get threads(): AttachedThread[] {
    return [...this.#threads.values()];
  }

  get problem(): Problem | undefined {
    return this.#problem;
  }

  /** True when something of the library was found in it. */
  get usesLibrary(): boolean {
    return this.#threads.size > 0 || this.#hung.size > 0;
  }

  /** Connects to what there is of it, and asks it to open where there is nothing.
   * @throws AttachError when that can't be */
  async connect(): Promise<void> {
    if (!this.#needsKey()) await this.#connectSockets();
    const again = this.#hung.size > 0;
    if (this.#threads.size > 0 && !again) return;
    if (this.#asked && !again) return;
    const forKey = this.#needsKey();
    this.#asked = true;
    this.#hung.clear();
    if (!forKey) this.#demandInspector();
    try {
      await this.#ask();
    } catch (error) {
      if (!isNoAnswer(error)) throw error;
      // Without a key it can be looked at where it has a socket, and it may let everybody evaluate.
      if (forKey && socketsOf(this.info.pid).length > 0) return await this.#connectSockets();
      if (error instanceof AttachError && error.reason !== 'silent') throw error;
      this.#hung.set(0, examineFromOutside(this.info.pid, this.#settings.answerWithin, true));
      await this.#connectSockets();
    }
  }

  async #ask(): Promise<void> {
    for (let tries = 2; ; tries--) {
      const opened = await throughInspector(this.info, this.#settings.answerWithin, (session) =>
        this.#openThreads(session),
      );
      await this.#connectSockets();
      const isReached = (path: string): boolean =>
        this.threads.some((thread) => thread.path.endsWith(path));
      if (tries === 0 || opened.every(isReached) || !isThere(this.info)) return;
    }
  }

  /** Who evaluates code needs a key, which only the inspector hands out. */
  #needsKey(): boolean {
    const { evaluate, signal } = this.#settings;
    return evaluate && signal && !this.#asked && this.info.runtime === 'node';
  }

  /** What its threads say now. A socket may have been closed in the very moment in which it was connected to, since its
   * last looker left: then it is opened again. */
  async look(options: SnapshotOptions, interval?: number): Promise<ThreadView[]> {
    for (let tries = 2; ; tries--) {
      const views = await this.#lookOnce(options, interval);
      if (tries === 0 || !this.threads.some(({ closed }) => closed) || !isThere(this.info)) return views;
      this.#asked = false;
      await this.connect();
    }
  }

  close(): void {
    for (const thread of this.#threads.values()) thread.close();
    this.#threads.clear();
  }

  /** Takes note of why it can't be looked at. */
  failed(error: AttachError): void {
    this.#problem = problemOf(error);
  }

  async #lookOnce(options: SnapshotOptions, interval: number | undefined): Promise<ThreadView[]> {
    const threads = this.threads.filter(({ closed }) => !closed);
    const views = await gather(threads.map((thread) => () => this.#lookAt(thread, options, interval)));
    const silent = threads.filter(({ silent: since }) => since !== undefined);
    const hangs = silent.length === 0 ? this.#hung : await this.#examine(silent);
    const found: ThreadView[] = views.map((view) => {
      const hang = view.snapshot === undefined ? hangs.get(view.thread) : undefined;
      if (hang === undefined) return view;
      return { ...view, hang, ...(this.#noInspector && { problem: problemOf(this.#noInspector) }) };
    });
    for (const [thread, hang] of hangs)
      if (!found.some((view) => view.thread === thread))
        found.push({ thread, name: this.#nameOf(thread), hang });
    return found.sort((a, b) => a.thread - b.thread);
  }

  async #lookAt(
    thread: AttachedThread,
    options: SnapshotOptions,
    interval: number | undefined,
  ): Promise<ThreadView> {
    const view = { thread: thread.thread, name: this.#nameOf(thread.thread) };
    try {
      const snapshot =
        interval === undefined
          ? await thread.snapshot(options)
          : await thread.nextSnapshot(options, interval);
      return { ...view, name: snapshot.threadName ?? view.name, snapshot };
    } catch (error) {
      if (error instanceof TimeoutError) return view;
      if (!(error instanceof AttachError)) throw error;
      return { ...view, problem: problemOf(error) };
    }
  }

  async #connectSockets(): Promise<void> {
    const { pid } = this.info;
    for (const [path, thread] of this.#threads) {
      if (!thread.closed) continue;
      this.#threads.delete(path);
      // Its socket has closed with the connection, where that was the last.
      this.#asked = false;
    }
    for (const socket of socketsOf(pid)) {
      if (this.#threads.has(socket.path)) continue;
      const key = this.#keyOf(socket.path);
      try {
        this.#threads.set(
          socket.path,
          await AttachedThread.open(pid, socket, this.#settings.answerWithin, key),
        );
      } catch (error) {
        // It closed between the two, as one does whose last looker has left.
        if ((error as { code?: string }).code === undefined) throw error;
      }
    }
  }

  #demandInspector(): void {
    const { pid, name, runtime } = this.info;
    const start = `start it with ASYNCIO_INSPECT=1, as in ASYNCIO_INSPECT=1 ${runtime} ${name}`;
    if (runtime !== 'node') {
      throw new AttachError(
        'closed',
        `process ${pid} (${name}) runs ${runtime === 'bun' ? 'Bun' : 'Deno'}, which can't be asked to open a socket: ${start}`,
      );
    }
    if (!this.#settings.signal)
      throw new AttachError('closed', `process ${pid} (${name}) has opened no socket: ${start}`);
    demandSeen(this.info);
    const namespace = namespaceOf(pid, 'net');
    if (namespace === namespaceOf('self', 'net')) return;
    // One that ends has none any more, before it is gone.
    if (namespace === undefined || !isThere(this.info))
      throw new AttachError('gone', `process ${pid} (${name}) has ended`);
    throw new AttachError(
      'elsewhere',
      `process ${pid} (${name}) runs in a container with a network of its own, where its inspector can't be reached: ` +
        `run this command inside of it, or ${start}`,
    );
  }

  /** Asks all threads to open their sockets. @returns the paths of those that did */
  async #openThreads(session: Session): Promise<string[]> {
    const threads = await this.#reach(session);
    const paths: string[] = [];
    let copies = 0;
    for (const { thread, name, channel } of threads) {
      this.#names.set(thread, name);
      const count = await this.#patiently(() => countHooks(channel), 0);
      if (count === 0) continue;
      copies += count;
      const { answerWithin, evaluate } = this.#settings;
      const { pid, name: program } = this.info;
      const of = `process ${pid} (${program})`;
      const opened = await this.#patiently(() => openHooks(channel, { evaluate }, of), undefined);
      if (opened === undefined) this.#hung.set(thread, await examineThread(channel, answerWithin));
      for (const { path, key } of opened ?? []) {
        paths.push(path);
        if (key !== undefined) this.#keys.set(path, key);
      }
    }
    if (copies > 0) return paths;
    throw new AttachError(
      'not-asyncio',
      `process ${this.info.pid} (${this.info.name}) does not use asyncio-ts, or has not started a loop yet`,
    );
  }

  async #examine(silent: readonly AttachedThread[]): Promise<Map<number, HangView>> {
    const since = new Map(silent.map(({ thread, silent: time }) => [thread, time ?? 0]));
    const hangs = new Map<number, HangView>();
    const { runtime, pid } = this.info;
    const asks = runtime === 'node' && this.#settings.signal;
    if (asks && this.#noInspector === undefined) {
      try {
        await throughInspector(this.info, this.#settings.answerWithin, async (session) => {
          for (const { thread, channel } of await this.#reach(session)) {
            const time = since.get(thread);
            if (time !== undefined) hangs.set(thread, await examineThread(channel, time));
          }
        });
      } catch (error) {
        if (!isNoAnswer(error)) throw error;
        if (error instanceof AttachError && error.reason === 'closed') this.#noInspector = error;
      }
    }
    const wasAsked = asks && this.#noInspector === undefined;
    for (const [thread, time] of since)
      if (!hangs.has(thread)) hangs.set(thread, examineFromOutside(pid, time, wasAsked));
    return hangs;
  }

  async #reach(session: Session): Promise<ReachedThread[]> {
    const workers = await attachWorkers(session.main);
    return [{ thread: 0, name: 'main', channel: session.main }, ...workers];
  }

  async #patiently<T, O>(ask: () => Promise<T>, otherwise: O): Promise<T | O> {
    try {
      return await timeout(this.#settings.answerWithin, ask);
    } catch (error) {
      if (error instanceof TimeoutError) return otherwise;
      throw error;
    }
  }

  // In a container the process has another root than we.
  #keyOf(path: string): string | undefined {
    return [...this.#keys].find(([own]) => path.endsWith(own))?.[1];
  }

  #nameOf(thread: number): string {
    return this.#names.get(thread) ?? (thread === 0 ? 'main' : `worker ${thread}`);
  }
}

const problemOf = ({ reason, message }: AttachError): Problem => ({ reason, message });
