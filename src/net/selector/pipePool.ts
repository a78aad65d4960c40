// The kernel's pipes of a loop. A relay needs one only while bytes are in it: it takes one for each piece that it
// moves, and thousands of silent relays have none. One or two are kept open while there are relays.

import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { KernelPipe } from '../../transport/kernelPipe.ts';
import { resourcesOf } from '../../loop/resources.ts';

const KEPT = 4;

const pools = new WeakMap<Loop, PipePool>();

/** The pool of a loop. */
export function pipesOf(loop: Loop): PipePool {
  let pool = pools.get(loop);
  if (pool === undefined) pools.set(loop, (pool = new PipePool(loop)));
  return pool;
}

export class PipePool implements LoopResource {
  readonly #loop: Loop;
  #relays: number = 0;
  #idle: KernelPipe[] = [];

  constructor(loop: Loop) {
    this.#loop = loop;
  }

  /** A relay begins. */
  join(): void {
    if (this.#relays++ === 0) resourcesOf(this.#loop).add(this);
  }

  /** It has ended; its pipe may still hold bytes. */
  leave(): void {
    if (--this.#relays > 0) return;
    resourcesOf(this.#loop).remove(this);
    this.#closeIdle();
  }

  /** An empty pipe; it comes back by itself when what was put into it is sent.
   * @throws OSError when there are too many descriptors */
  take(): KernelPipe {
    return this.#idle.pop() ?? new KernelPipe(this.giveBack);
  }

  /** Nothing was put into it, or all of it is sent. */
  readonly giveBack = (pipe: KernelPipe): void => {
    if (this.#relays > 0 && this.#idle.length < KEPT) this.#idle.push(pipe);
    else pipe.close();
  };

  /** It goes with the last relay: none of it is the program's to close. */
  isClosing(): boolean {
    return true;
  }

  /** @internal */
  loopClosed(): void {
    this.#relays = 0;
    this.#closeIdle();
  }

  #closeIdle(): void {
    for (const pipe of this.#idle) pipe.close();
    this.#idle = [];
  }
}
