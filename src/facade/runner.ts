// Runner: asyncio.Runner on an EventLoop of its own.

import { OneLine } from '../base/show.ts';
import type { TaskBody } from '../core/task/coroutine.ts';
import { EventLoop } from './eventLoop.ts';
import { asFullLoop } from './loopClass.ts';
import { MainRunner } from './mainRunner.ts';
import type { MainOptions, RunnerOptions } from './runnerOptions.ts';

/** Runs several mains on one loop; see {@link run} for a single one. Semantics: asyncio.Runner.
 * @example
 * ```ts
 * import { Runner, ContextVar } from 'asyncio-ts';
 * const user = new ContextVar('user', { default: 'nobody' });
 * await using runner = new Runner();
 * await runner.run(async () => void user.set('ada'));
 * console.log(await runner.run(async () => user.get())); // -> ada
 * ```
 */
export class Runner extends OneLine implements AsyncDisposable {
  readonly #mains: MainRunner;
  #state: 'idle' | 'running' | 'closed' = 'idle';

  /** @throws InvalidArgumentError for a bad timeout, or both a loop and a factory */
  constructor(options: RunnerOptions = {}) {
    super();
    this.#mains = new MainRunner(options, (loopOptions) => new EventLoop(loopOptions));
  }

  /** The loop, made when first asked for.
   * @throws UsageError after `close` */
  getLoop(): EventLoop {
    return asFullLoop(this.#mains.getLoop()) as EventLoop;
  }

  /** Runs `main` to its end and resolves to its result.
   * @throws InterruptedError after SIGINT or SIGTERM, when main ended cancelled
   * @throws DeadlockError when nothing could wake main any more
   * @throws TimeoutError when main did not stop in `shutdownTimeout` after `signal` was aborted
   * @throws UsageError inside of a task, while another of its mains is running, or after `close`
   * @throws InvalidArgumentError when `main` is not a function */
  async run<T>(main: TaskBody<T>, options: MainOptions = {}): Promise<T> {
    this.#state = 'running';
    try {
      return await this.#mains.run(main, options);
    } finally {
      this.#state = 'idle';
    }
  }

  /** Cancels what the mains left behind, waits until it has stopped, reports its errors, and closes the
   * loop. Closing again does nothing.
   * @throws UsageError while a main is running, or inside of a task of another loop: then nothing has changed */
  async close(): Promise<void> {
    await this.#mains.close();
    this.#state = 'closed';
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal */
  protected override line(): string {
    return `<Runner ${this.#state}>`;
  }
}
