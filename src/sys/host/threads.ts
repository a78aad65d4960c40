// Starting a thread of the host's, at the root of every context: what it sends belongs to no task.
//
// 1. The pool's messages go over a port of their own, so that `parentPort` stays free for the code in the thread.
// 2. What was sent before a thread ended is received before its end is told.
// 3. A thread keeps nothing alive until it is held.

import type { MessagePort, ResourceLimits, Worker } from 'node:worker_threads';
import process from 'node:process';
import { runtime } from './host.ts';
import { runAtRoot } from './storage.ts';
import type { ThreadData } from '../worker/threadLink.ts';
import { workerProgram } from '../worker/program.ts';

export type { ResourceLimits };

export interface ThreadOptions {
  readonly name: string;
  readonly setup: ThreadData['setup'];
  readonly memory: SharedArrayBuffer;
  readonly resourceLimits?: ResourceLimits | undefined;
  readonly transfer: readonly object[];
  /** The worker's end of a portal. */
  readonly portal?: MessagePort | undefined;
}

export interface ThreadEvents {
  received(message: unknown): void;
  /** `error` is what nobody caught in it; `code` is what it exited with. */
  ended(error: unknown, code: number): void;
}

export interface HostThread {
  post(message: unknown, transfer: readonly object[]): void;
  terminate(): void;
  hold(on: boolean): void;
}

/** How many threads run at once on this machine. */
export function parallelism(): number {
  return process.getBuiltinModule('node:os').availableParallelism();
}

/** Whether this host keeps the limits of a thread's memory. */
export function limitsThreads(): boolean {
  return runtime().name === 'node';
}

export function startThread(options: ThreadOptions, events: ThreadEvents): HostThread {
  return runAtRoot(() => new PortedThread(options, events));
}

class PortedThread implements HostThread {
  readonly #worker: Worker;
  readonly #port: MessagePort;
  readonly #events: ThreadEvents;
  #error: unknown = undefined;
  #terminated: boolean = false;

  constructor(
    { name, setup, memory, resourceLimits, transfer, portal }: ThreadOptions,
    events: ThreadEvents,
  ) {
    this.#events = events;
    const threads = process.getBuiltinModule('node:worker_threads');
    const { port1, port2 } = new threads.MessageChannel();
    this.#port = port1;
    this.#worker = new threads.Worker(workerProgram, {
      eval: true,
      name,
      workerData: { setup, port: port2, memory, portal } satisfies ThreadData,
      transferList: [port2, ...transfer, ...(portal === undefined ? [] : [portal])] as never,
      ...(resourceLimits !== undefined && { resourceLimits }),
    });
    port1.on('message', (message: unknown) => events.received(message));
    this.#worker.on('error', (error: unknown) => (this.#error ??= error));
    this.#worker.on('exit', (code: number) => this.#exited(code));
    this.hold(false);
  }

  post(message: unknown, transfer: readonly object[]): void {
    this.#port.postMessage(message, transfer as never);
  }

  terminate(): void {
    if (this.#terminated) return;
    this.#terminated = true;
    void this.#worker.terminate();
  }

  hold(on: boolean): void {
    const how = on ? 'ref' : 'unref';
    this.#port[how]();
    this.#worker[how]();
  }

  #exited(code: number): void {
    const { receiveMessageOnPort } = process.getBuiltinModule('node:worker_threads');
    for (;;) {
      const left = receiveMessageOnPort(this.#port);
      if (left === undefined) break;
      this.#events.received(left.message);
    }
    this.#port.close();
    this.#events.ended(this.#error, code);
  }
}
