// Sequencer: forces pieces of code in different tasks into a numbered order.
//
// 1. A position can be taken once.
// 2. Position n is entered when n - 1 has been left; 0 is open from the beginning.
// 3. A wait that is cancelled breaks the sequence: nothing could ever leave that position, so everybody who
//    waits, and whoever comes, gets a UsageError.

import { Event, InvalidArgumentError, UsageError } from '../asyncio.ts';

/** Forces pieces of code in different tasks to run in a numbered order. Semantics: trio.testing.Sequencer.
 * @example
 * ```ts
 * import { run, taskGroup } from 'asyncio-ts';
 * import { Sequencer } from 'asyncio-ts/testing';
 * const said: string[] = [];
 * await run(() => taskGroup(async (group) => {
 *   const sequencer = new Sequencer();
 *   group.createTask(async () => {
 *     await sequencer.at(0, () => said.push('ready'));
 *     await sequencer.at(2, () => said.push('go'));
 *   });
 *   group.createTask(async () => {
 *     using _ = await sequencer.turn(1);
 *     said.push('steady');
 *   });
 * }));
 * console.log(said.join(' ')); // -> ready steady go
 * ```
 */
export class Sequencer {
  readonly #gates: Map<number, Event> = new Map();
  readonly #taken: Set<number> = new Set();
  #broken: boolean = false;

  /** Waits until the position before was left, and enters this one. Dispose of the result to leave it.
   * @throws InvalidArgumentError when the position is no integer from 0 on
   * @throws UsageError when it was taken before, or a wait was cancelled, which breaks the sequence
   * @throws CancelledError when the wait is cancelled */
  async turn(position: number): Promise<Disposable> {
    if (!Number.isInteger(position) || position < 0) {
      throw new InvalidArgumentError('position', `a position is an integer from 0 on, not ${position}`);
    }
    this.#check();
    if (this.#taken.has(position))
      throw new UsageError(`position ${position} of the sequence was taken before`);
    this.#taken.add(position);
    if (position > 0) {
      try {
        await this.#gate(position).wait();
      } catch (error) {
        this.#break();
        throw error;
      }
      this.#check();
    }
    return { [Symbol.dispose]: () => this.#gate(position + 1).set() };
  }

  /** Runs `body` at a position, and leaves it however `body` ends; throws as {@link turn}. */
  async at<T>(position: number, body: () => PromiseLike<T> | T): Promise<T> {
    const turn = await this.turn(position);
    try {
      return await body();
    } finally {
      turn[Symbol.dispose]();
    }
  }

  #gate(position: number): Event {
    let gate = this.#gates.get(position);
    if (gate === undefined) this.#gates.set(position, (gate = new Event({ name: `turn ${position}` })));
    return gate;
  }

  #check(): void {
    if (this.#broken)
      throw new UsageError('the sequence is broken: a wait for one of its turns was cancelled');
  }

  #break(): void {
    this.#broken = true;
    for (const gate of this.#gates.values()) gate.set();
  }
}
