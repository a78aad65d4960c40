// What a generator yields in a worker, as an async iterator here.
//
// 1. The call begins with the first `next`.
// 2. The worker is ahead of the consumer by `lookAhead` items at most; room is given back by halves.
// 3. A consumer that leaves, or is cancelled at `next`, ends the generator, and waits until it has ended.

import { Deque } from '../base/deque.ts';
import { isCancelledError } from '../base/errors.ts';
import { OneLine } from '../base/show.ts';
import type { Cause } from '../core/cancel/cause.ts';
import { toCancelledError } from '../core/cancel/cause.ts';
import { CancelScope } from '../structured/cancelScope.ts';
import type { Call, CallInput, CallSink } from './pool/call.ts';
import { HeldFuture } from './pool/heldFuture.ts';
import type { WorkerPool } from './pool/workerPool.ts';

type End<R> = { readonly value: R } | { readonly error: unknown };

/** The items of a generator function that runs in a worker; see {@link ThreadPoolExecutor.stream}. It can be iterated over
 * once. What the generator returns is the value of the last `next()`.
 * @example
 * ```ts
 * import { run, ThreadPoolExecutor } from 'asyncio-ts';
 * await run(async () => {
 *   await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
 *   const stream = pool.stream(function* (n: number) { yield n; yield n + 1; return 'all'; }, 1);
 *   console.log(await stream.next(), await stream.next()); // -> { value: 1, done: false } { value: 2, done: false }
 *   console.log(await stream.next()); // -> { value: 'all', done: true }
 * });
 * ```
 */
export class WorkStream<T, R = void>
  extends OneLine
  implements AsyncIterableIterator<T, R, void>, AsyncDisposable
{
  readonly #pool: WorkerPool;
  readonly #input: CallInput;
  readonly #items: Deque<T> = new Deque();
  #call: Call | undefined = undefined;
  #end: End<R> | undefined = undefined;
  #waiting: HeldFuture<void>[] = [];
  #taken: number = 0;

  /** @internal */
  constructor(pool: WorkerPool, input: CallInput) {
    super();
    this.#pool = pool;
    this.#input = input;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next item. A cancel ends the generator.
   * @throws what the generator throws; CancelledError; BrokenExecutorError when its worker has died */
  async next(): Promise<IteratorResult<T, R>> {
    this.#begin();
    while (this.#items.length === 0 && this.#end === undefined) await this.#wait();
    if (this.#items.length > 0) return { value: this.#take(), done: false };
    const end = this.#end as End<R>;
    this.#end = { value: undefined as R };
    if ('error' in end) throw end.error;
    return { value: end.value, done: true };
  }

  /** Ends the generator where it stands, and waits until it has ended.
   * @throws what its clean-up throws */
  async return(value?: R | PromiseLike<R>): Promise<IteratorResult<T, R>> {
    this.#items.clear();
    const call = this.#call;
    if (call === undefined) this.#end = { value: undefined as R };
    else if (
      this.#end === undefined &&
      this.#pool.cancel(call, 'the consumer of the stream has left', true)
    )
      await new CancelScope({ shield: true }).run(async () => {
        while (this.#end === undefined) await this.#wait();
      });
    const end = this.#end;
    this.#end = { value: undefined as R };
    this.#items.clear();
    if (end !== undefined && 'error' in end && !isCancelledError(end.error)) throw end.error;
    return { value: (await value) as R, done: true };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #begin(): void {
    if (this.#call !== undefined || this.#end !== undefined) return;
    const call = this.#pool.makeCall(this.#input);
    call.sink = this.#sink();
    this.#call = call;
    this.#pool.submit(call);
  }

  #sink(): CallSink {
    return {
      items: (items) => {
        for (const item of items) this.#items.push(item as T);
        this.#wake();
      },
      result: (value) => this.#ended({ value: value as R }),
      failed: (error) => this.#ended({ error }),
      cancelled: (cause) => this.#ended({ error: toCancelledError(cause) }),
    };
  }

  #take(): T {
    this.#taken++;
    if (this.#taken * 2 >= this.#input.room && this.#end === undefined) {
      this.#pool.giveRoom(this.#call as Call, this.#taken);
      this.#taken = 0;
    }
    return this.#items.shift() as T;
  }

  #wait(): HeldFuture<void> {
    const call = this.#call as Call;
    const turn = new HeldFuture<void>(this.#input.loop, call, (cause) => this.#cancel(call, cause));
    this.#waiting.push(turn);
    return turn;
  }

  #cancel(call: Call, cause: Cause): boolean {
    if (this.#pool.cancel(call, cause)) return true;
    this.#end ??= { value: undefined as R };
    return false;
  }

  // What was cancelled waits on for the end, whatever comes before it.
  #wake(): void {
    const waiting = this.#waiting;
    this.#waiting = waiting.filter((turn) => turn.asked);
    for (const turn of waiting) if (!turn.asked) turn.succeed();
  }

  #ended(end: End<R>): void {
    this.#end = end;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const turn of waiting) {
      if (turn.asked && 'error' in end) turn.fail(end.error);
      else turn.succeed();
    }
  }

  /** @internal */
  protected override line(): string {
    return `<WorkStream of ${this.#input.work.title}>`;
  }
}
