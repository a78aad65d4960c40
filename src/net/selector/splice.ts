// Moving what one socket receives to another by the system alone (splice): the fast way of a relay.
//
// 1. While it runs, the source's transport asks here in place of receiving for its protocol. What is taken out of
//    the source is the target's to write in the same call: what is left in the pipe stands in front of its write
//    buffer (transport/writeQueue.ts). So there are no bytes that belong to nobody, and a relay may be ended at any
//    moment.
// 2. While the target has anything to write, the source is paused.
// 3. Whatever can't be done this way ends it; whoever asked for it goes on by reading and writing. So does the end
//    of data: splice can't tell it from urgent data.

import type { Loop } from '../../loop/loop.ts';
import { EAGAIN, EINTR, EINVAL, systemError } from '../../sys/libc/errno.ts';
import { errno } from '../../sys/libc/ffi.ts';
import type { KernelPipe } from '../../transport/kernelPipe.ts';
import type { Received } from '../../transport/receive.ts';
import type { RelayProgress, Splicing } from '../../transport/splicing.ts';
import { pipesOf } from './pipePool.ts';
import type { PipePool } from './pipePool.ts';

/** Where the bytes come from. */
export interface SpliceSource {
  readonly life: { readonly loop: Loop };
  pauseReading(): void;
  resumeReading(): void;
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
}

export class Splice implements Splicing {
  readonly #source: SpliceSource;
  readonly #target: SpliceTarget;
  readonly #progress: RelayProgress;
  readonly #stopped: () => void;
  readonly #pipes: PipePool;
  #paused: boolean = false;
  #ended: boolean = false;

  constructor(source: SpliceSource, target: SpliceTarget, progress: RelayProgress, stopped: () => void) {
    this.#source = source;
    this.#target = target;
    this.#progress = progress;
    this.#stopped = stopped;
    this.#pipes = pipesOf(source.life.loop);
    this.#pipes.join();
    if (target.size > 0) this.#pause();
  }

  /** The source has something to be read. */
  receive(fd: number): Received {
    const target = this.#target;
    if (target.size > 0) this.#pause();
    else if (!target.takesBytes()) this.#stop();
    else return this.#move(fd);
    return true;
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#pipes.leave();
    this.#source.endSplice(this);
    this.#resume();
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
    this.#progress.bytes += count;
    this.#target.writePipe(pipe);
    if (this.#target.size > 0) this.#pause();
    return true;
  }

  #stop(): void {
    this.#source.pauseReading();
    this.#paused = true;
    this.#stopped();
  }

  #pause(): void {
    // Somebody may have resumed it meanwhile.
    this.#source.pauseReading();
    if (this.#paused) return;
    this.#paused = true;
    this.#target.onceEmpty(() => this.#resume());
  }

  #resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source.resumeReading();
  }
}
