// The loop's end of a worker: asks its questions, starts it again when it is gone, and makes errors of its failures.
//
// 1. The worker is a process by default. A statement that computes inside of SQLite hears nothing, in a thread nothing ends
//    it either, and a process can be killed: what was cancelled has then ended, and the journal undoes what it had not
//    committed.
// 2. A worker that is starting is not ended by the cancel of who waits for it: it serves the next. Else tasks with less time
//    than it takes to start would have it start again and again, and none of them would ever get there.
// 3. A worker that took the place of another knows neither cursors nor transactions of that: who is bound to the old one is
//    told by an error, and everybody else does not notice.

import { existsSync } from 'node:fs';
import {
  BrokenExecutorError,
  cancelAndWait,
  Context,
  createTask,
  isCancelled,
  ProcessPoolExecutor,
  shield,
  ThreadPoolExecutor,
  UnsupportedError,
  workerModule,
} from '../asyncio.ts';
import type { Future, PoolExecutor, Task } from '../asyncio.ts';
import { explainWait } from '../lowlevel.ts';
import { OperationalError, toError } from './errors.ts';
import { findPackage } from './findPackage.ts';
import type * as DatabaseWorker from './worker/main.ts';
import type { Done, FunctionSettings, OpenSettings, Operation, Reply } from './worker/protocol.ts';
import { databaseProgram } from './worker/program.ts';

/** What a statement runs in: a process of its own, which a cancel can end, or a thread. */
export type WorkerKind = 'process' | 'thread';

/** How long a statement that was cancelled has until its process is ended, in milliseconds. */
const GRACE = 15;

/** SQLITE_CORRUPT, SQLITE_CANTOPEN and SQLITE_NOTADB. */
const UNREADABLE: ReadonlySet<number> = new Set([11, 14, 26]);

// In base64, since Bun reads no other kind.
const url: string = `data:text/javascript;base64,${Buffer.from(databaseProgram).toString('base64')}`;

/** What the worker's module offers. */
export const program: ReturnType<typeof workerModule<typeof DatabaseWorker>> = workerModule(url);

export class Session {
  readonly #kind: WorkerKind;
  readonly #name: string;
  #pool: PoolExecutor | undefined;
  #settings: OpenSettings;
  #worker: string | undefined = undefined;
  #running: Future<Reply> | undefined = undefined;
  #interrupted: boolean = false;
  #opening: Task<string> | undefined;
  /** How many wait for that. */
  #openers: number = 0;
  /** It was open before. */
  #stood: boolean = false;
  #inTransaction: boolean = false;

  constructor(kind: WorkerKind, name: string, settings: OpenSettings) {
    this.#kind = kind;
    this.#name = name;
    this.#settings = settings;
  }

  get inTransaction(): boolean {
    return this.#inTransaction && !this.#isGone();
  }

  get settings(): OpenSettings {
    return this.#settings;
  }

  get pool(): PoolExecutor {
    const options = { maxWorkers: 1, name: this.#name };
    // A thread that was ended would go on in SQLite all the same: it is waited for.
    return (this.#pool ??=
      this.#kind === 'thread'
        ? new ThreadPoolExecutor({ ...options, grace: Infinity })
        : new ProcessPoolExecutor({ ...options, grace: GRACE }));
  }

  /** Opens the database, unless it is open.
   * @returns the worker that has it */
  async open(): Promise<string> {
    if (this.#worker !== undefined && !this.#isGone()) return this.#worker;
    this.#checkThere();
    this.#opening ??= this.#startOpening();
    this.#openers++;
    try {
      return await shield(this.#opening);
    } finally {
      this.#openers--;
    }
  }

  #startOpening(): Task<string> {
    const options = { name: `opening ${this.#name}`, context: new Context() };
    const task = createTask(() => this.#open(), options);
    task.addDoneCallback(() => {
      this.#opening = undefined;
      // Whoever waits has heard of it; nobody may.
      if (!task.cancelled()) task.exception();
    });
    return task;
  }

  async #open(): Promise<string> {
    const reply = await this.#ask(undefined, { kind: 'open', settings: this.#settings });
    if (reply.state === 'unsupported') {
      const driver = this.#settings.driver === undefined ? findPackage('better-sqlite3') : undefined;
      if (driver === undefined) throw new UnsupportedError(reply.message);
      this.#settings = { ...this.#settings, driver };
      return await this.#open();
    }
    const { worker } = this.#check(naming(reply, this.#settings.path));
    this.#worker = worker;
    this.#stood = true;
    return worker;
  }

  /** To open again what is there no longer would make an empty database in its place. */
  #checkThere(): void {
    const { path } = this.#settings;
    if (!this.#stood || path === '' || path.startsWith(':') || path.startsWith('file:') || existsSync(path))
      return;
    throw new OperationalError(`the file of the database is there no longer: ${path}`, { errorCode: 14 });
  }

  /** Has the worker do something. `bound` is the worker that it makes sense to.
   * @throws SqliteError; CancelledError when it has ended */
  async request(operation: Operation, bound?: string): Promise<Done> {
    for (;;) {
      if (bound !== undefined && this.#isGone()) throw lost();
      const worker = await this.open();
      if (bound !== undefined && bound !== worker) throw lost();
      const reply = await this.#ask(worker, operation);
      if (reply.state !== 'strange') return this.#check(reply);
      this.#worker = undefined;
      this.#inTransaction = false;
      if (bound !== undefined) throw lost();
    }
  }

  /** The same, where it is of use only to a worker that lives, and must not fail. */
  async tidy(operation: Operation, bound: string | undefined): Promise<void> {
    if (this.#isGone() || (bound !== undefined && bound !== this.#worker)) return;
    try {
      const reply = await this.#ask(this.#worker, operation);
      if ('inTransaction' in reply) this.#inTransaction = reply.inTransaction;
    } catch (error) {
      if (isCancelled(error)) throw error;
    }
  }

  /** Puts away a cursor; the worker does it before what is asked next. */
  leave(cursor: number, bound: string): void {
    if (this.#isGone() || bound !== this.#worker) return;
    const question = { worker: bound, operation: { kind: 'leave', cursor } as const };
    this.#pool?.submit(program.answer, question).catch(() => {});
  }

  /** Remembers a function for each worker to come. */
  remember(made: FunctionSettings): void {
    const others = this.#settings.functions.filter(
      ({ name, parameters }) => name !== made.name || parameters !== made.parameters,
    );
    this.#settings = { ...this.#settings, functions: [...others, made] };
  }

  /** Ends what runs, for whoever waits for it as an OperationalError. */
  interrupt(): void {
    if (this.#running === undefined) return;
    this.#interrupted = true;
    this.#running.cancel();
  }

  async close(): Promise<void> {
    if (this.#opening !== undefined && this.#openers === 0) await cancelAndWait(this.#opening);
    await this.tidy({ kind: 'close' }, undefined);
    await this.#pool?.shutdown();
  }

  /** Ends it without waiting for anything. */
  abandon(): void {
    void this.#pool?.shutdown({ wait: false, cancelFutures: true });
  }

  #isGone(): boolean {
    if (this.#worker === undefined) return true;
    if (this.#pool?.statistics().workers !== 0) return false;
    this.#worker = undefined;
    this.#inTransaction = false;
    return true;
  }

  async #ask(worker: string | undefined, operation: Operation): Promise<Reply> {
    const future = this.pool.submit(program.answer, { worker, operation });
    void explainWait(future, {
      what: `SQLite in ${this.#kind} "${this.#name}": ${operation.kind}`,
      sort: 'query',
    });
    // A `close` waits behind what runs: that is what an interrupt is for.
    const first = this.#running === undefined;
    if (first) this.#running = future;
    try {
      return await future;
    } catch (error) {
      const interrupted = first && this.#interrupted;
      if (interrupted && isCancelled(error)) throw new OperationalError('interrupted', { errorCode: 9 });
      if (error instanceof BrokenExecutorError)
        throw new OperationalError(`the ${this.#kind} of the database has died`, { cause: error });
      throw error;
    } finally {
      if (first) {
        this.#interrupted = false;
        this.#running = undefined;
      }
    }
  }

  #check(reply: Reply): Done {
    if (reply.state === 'done' || reply.state === 'failed') this.#inTransaction = reply.inTransaction;
    if (reply.state === 'done') return reply;
    if (reply.state === 'failed') throw toError(reply.failure);
    throw new OperationalError('the database was opened twice in one worker');
  }
}

/** Names what could not be opened; the driver does not. */
function naming(reply: Reply, path: string): Reply {
  if (reply.state !== 'failed' || !UNREADABLE.has((reply.failure.errorCode ?? 0) & 255)) return reply;
  return { ...reply, failure: { ...reply.failure, message: `${reply.failure.message}: ${path}` } };
}

function lost(): OperationalError {
  return new OperationalError(
    'the process that had this open was ended by a cancel: what was not committed is undone, and cursors are closed',
    { errorCode: 4 },
  );
}
