// Moving what one socket receives to another by the system alone (splice): the fast way of a relay.
//
// 1. While it runs, the source's transport asks here in place of receiving for its protocol. What is taken out of
//    the source is the target's to write in the same call: what is left in the pipe stands in front of its write
//    buffer (transport/writeQueue.ts). So there are no bytes that belong to nobody, and a relay may be ended at any
//    moment.
// 2. While the target has anything to write, the source is not read. That is no pause of the program's, which stands
//    through the relay and behind it.
// 3. Whatever can't be done this way ends it; whoever asked for it goes on by reading and writing. So does the end
//    of data: splice can't tell it from urgent data.

import type { Loop } from '../../loop/loop.ts';
import { EAGAIN, EINTR, EINVAL, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import type { KernelPipe } from '../../transport/kernelPipe.ts';
import type { Received } from '../../transport/receive.ts';
import type { RelayCount, Splicing } from '../../transport/splicing.ts';
import { pipesOf } from './pipePool.ts';
import type { PipePool } from './pipePool.ts';

/** Where the bytes come from. */
export interface SpliceSource {
  readonly life: { readonly loop: Loop };
  /** @internal */ holdReading(): void;
  /** @internal */ releaseReading(): void;
  /** @internal */ endSplice(splice: Splice): void;
}

/** Where they go. */
export interface SpliceTarget {
  /** Bytes that wait to be written. */
  readonly size: number;
  /** Bytes can be written. */
  takesBytes(): boolean;
  /** Sends what the pipe holds; nothing else waits. */
  writePipe(pipe: KernelPipe): void;
  /** Calls once when nothing waits any more. */
  onceEmpty(told: () => void): void;
  /** Does not call it any more. */
  forgetEmpty(told: () => void): void;
}

export class Splice implements Splicing {
  readonly #source: SpliceSource;
  readonly #target: SpliceTarget;
  readonly #count: RelayCount;
  readonly #stopped: () => void;
  readonly #pipes: PipePool;
  #holds: boolean = false;
  #ended: boolean = false;

  constructor(source: SpliceSource, target: SpliceTarget, count: RelayCount, stopped: () => void) {
    this.#source = source;
    this.#target = target;
    this.#count = count;
    this.#stopped = stopped;
    this.#pipes = pipesOf(source.life.loop);
    this.#pipes.join();
    if (target.size > 0) this.#waitForTarget();
  }

  /** The source has something to be read. */
  receive(fd: number): Received {
    const target = this.#target;
    if (target.size > 0) this.#waitForTarget();
    else if (!target.takesBytes()) this.#stop();
    else return this.#move(fd);
    return true;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipes.leave();
    this.#target.forgetEmpty(this.#release);
    this.#source.endSplice(this);
    this.#release();
  }

  #move(fd: number): Received {
    let pipe: KernelPipe;
    try {
      pipe = this.#pipes.take();
    } catch {
      // No descriptors left: reading and writing needs none.
      this.#stop();
      return true;
    }
    const count = pipe.fill(fd);
    const number = count < 0 ? errno() : 0;
    if (count <= 0) {
      this.#pipes.giveBack(pipe);
      if (number === EINTR) return false;
      // No bytes where some were announced: the end, which comes again, or urgent data, which only a read gets past.
      // The system calls it either, though more may stand behind it.
      if (count < 0 && number !== EAGAIN && number !== EINVAL)
        return { message: 'Fatal read error on socket transport', error: systemError(number, 'splice') };
      this.#stop();
      return true;
    }
    this.#target.writePipe(pipe);
    if (!this.#count.add(count)) this.#stop();
    else if (this.#target.size > 0) this.#waitForTarget();
    return true;
  }

  // Whoever asked for it reads by itself: nothing is read until then.
  #stop(): void {
    this.#hold();
    this.#stopped();
  }

  #waitForTarget(): void {
    if (this.#holds) return;
    this.#target.onceEmpty(this.#release);
    this.#hold();
  }

  #hold(): void {
    if (this.#holds) return;
    this.#holds = true;
    this.#source.holdReading();
  }

  readonly #release = (): void => {
    if (!this.#holds) return;
    this.#holds = false;
    this.#source.releaseReading();
  };
}
