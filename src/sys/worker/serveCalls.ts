// What a worker does: one call after the other, in the order in which they were posted.
//
// 1. A call begins when the one before it has ended, and unless it was taken back (slots.ts). Code that an earlier call
//    left behind keeps seeing that call, not the one that runs (AsyncLocalStorage).
// 2. A call has ended when what its function returned has settled, or its generator has come to its end.
// 3. Its slot is freed after its outcome was posted: a worker that dies in between has not lost it.

import type { AsyncLocalStorage } from 'node:async_hooks';
import { UsageError } from '../../base/errors.ts';
import { ActiveCall } from './activeCall.ts';
import { explainMissing, loadWork } from './loadWork.ts';
import type { WorkFunction } from './loadWork.ts';
import { packError } from './packError.ts';
import * as protocol from './protocol.ts';
import type { CallMessage, FromWorker, PipePortal, ToWorker, WorkScope, WorkSource } from './protocol.ts';
import { isGenerator, streamItems } from './streamItems.ts';
import type { WorkerLink } from './workerLink.ts';

interface Loaded {
  readonly source: WorkSource;
  fn: WorkFunction | undefined;
}

interface Transferred {
  readonly value: unknown;
  readonly list: readonly object[];
}

export function serveCalls(link: WorkerLink): void {
  new Worker(link).begin();
}

class Worker implements WorkScope {
  readonly #link: WorkerLink;
  readonly #works: Map<number, Loaded> = new Map();
  readonly #posted: CallMessage[] = [];
  readonly #storage: AsyncLocalStorage<ActiveCall>;
  enter: WorkScope['enter'] = undefined;
  #running: ActiveCall | undefined = undefined;
  #busy: boolean = true;
  #closing: boolean = false;

  constructor(link: WorkerLink) {
    this.#link = link;
    const { AsyncLocalStorage } = process.getBuiltinModule('node:async_hooks');
    this.#storage = new AsyncLocalStorage();
  }

  begin(): void {
    Object.defineProperty(globalThis, protocol.WORK_SCOPE, { value: this, configurable: true });
    this.#link.receive((message) => this.#receive(message));
    void this.#initialize();
  }

  get portal(): object | undefined {
    return this.#link.portal;
  }

  current(): ActiveCall | undefined {
    return this.#storage.getStore();
  }

  async #initialize(): Promise<void> {
    const { initializer } = this.#link.setup;
    try {
      if (initializer !== undefined) {
        const fn = await loadWork(initializer.source, this.#offered());
        await fn(...initializer.args);
      }
    } catch (error) {
      this.#post([protocol.UNFIT, packError(initializer && explainMissing(error, initializer.source))]);
      return;
    }
    this.#post([protocol.READY]);
    this.#next();
  }

  #receive(message: ToWorker): void {
    switch (message[0]) {
      case protocol.WORK:
        this.#works.set(message[1], { source: message[2], fn: undefined });
        return;
      case protocol.CALL:
        this.#posted.push(message);
        if (!this.#busy) this.#next();
        return;
      case protocol.CLOSE:
        this.#closing = true;
        if (!this.#busy) this.#link.close();
        return;
      case protocol.REPLY:
        (this.#link.portal as PipePortal).reply?.(message[1]);
        return;
      default:
        this.#tellRunning(message);
    }
  }

  #tellRunning(
    message: Extract<
      ToWorker,
      readonly [kind: typeof protocol.CANCEL | typeof protocol.MORE, ...unknown[]]
    >,
  ): void {
    const call = this.#running;
    if (call === undefined || call.id !== message[1]) return;
    if (message[0] === protocol.CANCEL) call.cancel(message[2], message[3]);
    else call.room += message[2];
    call.changed?.();
  }

  // Goes on until a call has to wait, or none is left.
  #next(): void {
    this.#busy = false;
    while (!this.#busy) {
      const message = this.#posted.shift();
      if (message === undefined) {
        if (this.#closing) this.#link.close();
        return;
      }
      const slot = message[2];
      if (slot >= 0 && this.#link.slots?.claim(slot) === false) continue;
      this.#busy = true;
      if (this.#begin(message)) this.#busy = false;
    }
  }

  // Returns whether it has ended already.
  #begin(message: CallMessage): boolean {
    const work = this.#works.get(message[3]) as Loaded;
    const call = new ActiveCall(message, work.source.name, this.#link);
    this.#running = call;
    const began = performance.now();
    if (work.fn === undefined) {
      void this.#finish(call, work, this.#loadAndRun(call, work, message), began);
      return false;
    }
    try {
      const value = this.#run(call, work.fn, message);
      if (!isThenable(value)) {
        this.#end(call, value, performance.now() - began);
        return true;
      }
      void this.#finish(call, work, value, began);
      return false;
    } catch (error) {
      this.#fail(call, work, error, performance.now() - began);
      return true;
    }
  }

  async #loadAndRun(call: ActiveCall, work: Loaded, message: CallMessage): Promise<unknown> {
    work.fn = await loadWork(work.source, this.#offered());
    if ('url' in work.source) this.#post([protocol.LOADED, message[3]]);
    return await this.#run(call, work.fn, message);
  }

  #run(call: ActiveCall, fn: WorkFunction, message: CallMessage): unknown {
    const variables = message[6]?.variables;
    const args = message[4];
    return this.#storage.run(call, () => {
      if (variables === undefined || this.enter === undefined) return this.#apply(call, fn, args);
      return this.enter(variables, () => this.#apply(call, fn, args));
    });
  }

  #apply(call: ActiveCall, fn: WorkFunction, args: readonly unknown[]): unknown {
    const streams = call.room > 0;
    const value = fn(...args);
    if (!isGenerator(value)) {
      if (streams && !isThenable(value))
        throw new UsageError(`"${call.name}" is no generator function: call it by submit`);
      return value;
    }
    if (streams) return streamItems(call, value, (item) => this.#send(call, item));
    throw new UsageError(
      `"${call.name}" is a generator function: call it by stream, which gives its items`,
    );
  }

  async #finish(call: ActiveCall, work: Loaded, value: unknown, began: number): Promise<void> {
    try {
      this.#end(call, await value, performance.now() - began);
    } catch (error) {
      this.#fail(call, work, error, performance.now() - began);
    }
    this.#next();
  }

  #send(call: ActiveCall, item: unknown): void {
    const { value, list } = unwrap(item);
    try {
      this.#post([protocol.ITEMS, call.id, [value]], list);
    } catch (error) {
      throw cannotReturn(call, error);
    }
  }

  #end(call: ActiveCall, result: unknown, took: number): void {
    const { value, list } = unwrap(result);
    try {
      this.#post([protocol.RESULT, call.id, value, took], list);
    } catch (error) {
      this.#post([protocol.THROWN, call.id, packError(cannotReturn(call, error)), took]);
    }
    this.#free(call);
  }

  #fail(call: ActiveCall, work: Loaded, error: unknown, took: number): void {
    const thrown = 'source' in work.source ? explainMissing(error, work.source) : error;
    this.#post([protocol.THROWN, call.id, packError(thrown), took]);
    this.#free(call);
  }

  #free(call: ActiveCall): void {
    if (call.slot >= 0) this.#link.slots?.finish(call.slot);
    this.#running = undefined;
  }

  #post(message: FromWorker, transfer: readonly object[] = []): void {
    this.#link.post(message, transfer);
  }

  // What a function that was sent as source may use of the library.
  #offered(): Record<string, unknown> {
    return {
      currentWork: () => this.current(),
      checkCancelled: () => {
        const call = this.current();
        if (call?.cancelled() === true) throw call.reason();
      },
      transfer: (list: readonly object[], value: unknown) => ({ [protocol.TRANSFERRED]: list, value }),
    };
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function';
}

function unwrap(value: unknown): Transferred {
  if (typeof value !== 'object' || value === null || !(protocol.TRANSFERRED in value))
    return { value, list: [] };
  const list = (value as Record<symbol, readonly object[]>)[protocol.TRANSFERRED] as readonly object[];
  return { value: (value as { value?: unknown }).value, list };
}

function cannotReturn(call: ActiveCall, cause: unknown): UsageError {
  return new UsageError(`what "${call.name}" returned cannot be sent back: ${(cause as Error).message}`, {
    cause,
  });
}
