// Worker threads that are started while somebody looks, those of workers among them, and those that start their first loop
// then: their sockets are opened from here, so that who looks finds them beside that of this thread.
//
// 1. One thread does it for all: the one of the lowest number that can be looked into, which is mostly the main thread.
// 2. A worker without a loop is not asked again and again: a setter in the place of the hook tells when there is one.
// 3. While nobody looks nothing is asked, and what was told then is not heard.

import { socketsBeside } from '../sys/host/lookSocket.ts';
import { thisProcess } from '../sys/host/thisProcess.ts';
import { followWorkers } from '../sys/host/workerThreads.ts';
import type { FollowedWorker } from '../sys/host/workerThreads.ts';
import type { ProbeSubject } from './subject.ts';

/** Is true when the thread has a loop, be it in an hour. */
const HAS_LOOP = `(() => {
  const name = Symbol.for('asyncio-ts.inspect');
  if (globalThis[name] !== undefined) return true;
  let { set } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
  if (set === undefined) {
    const { promise, resolve } = Promise.withResolvers();
    set = (value) => {
      Object.defineProperty(globalThis, name, { value, writable: true, enumerable: true, configurable: true });
      resolve(true);
    };
    set.promise = promise;
    Object.defineProperty(globalThis, name, { set, configurable: true });
  }
  return set.promise;
})()`;

const OPEN =
  "Promise.all((globalThis[Symbol.for('asyncio-ts.inspect')] ?? []).map((hook) => hook.open().then(() => 1, () => 0)))" +
  '.then((opened) => opened.length)';

export class NewWorkers {
  readonly #subject: ProbeSubject;
  #stop: (() => void) | undefined;

  constructor(subject: ProbeSubject) {
    this.#subject = subject;
  }

  /** Somebody looks, or nobody any more. */
  look(isLooking: boolean): void {
    if (!isLooking) {
      this.#stop?.();
      this.#stop = undefined;
    } else if (this.#stop === undefined) {
      this.#stop = this.#subject.runAtRoot(() => this.#follow());
    }
  }

  #follow(): () => void {
    const { thread } = thisProcess();
    if (openThreads(thread).some((other) => other < thread)) return () => {};
    try {
      return followWorkers(
        thread === 0,
        (worker) => void this.#subject.runAtRoot(() => openWorker(thread, worker)),
      );
    } catch {
      // A host that allows no session: its workers are seen where they open their sockets themselves.
      return () => {};
    }
  }
}

async function openWorker(from: number, worker: FollowedWorker): Promise<void> {
  if ((await worker.evaluate(HAS_LOOP)) !== true) return;
  // Who looks is there already, and nobody else is to be awaited.
  if (worker.thread === from || openThreads(from).includes(worker.thread)) return;
  await worker.evaluate(OPEN);
}

/** The numbers of the other threads that have a socket. */
function openThreads(thread: number): number[] {
  return socketsBeside(thread).map((path) => Number(/(\d+)(?:-\d+)?\.sock$/.exec(path)?.[1]));
}
