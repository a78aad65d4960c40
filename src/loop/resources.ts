// What is open on a loop, and how it ends: transports, listeners, sockets that are being opened, and whatever else
// must not outlive the loop.
//
// 1. Whoever opens something adds it in the same step, and removes it when it is gone. Adding is all that is needed
//    for it to be closed with the loop, and to be named by the leak guard.
// 2. While the loop rests, a resource does not keep the process alive.
// 3. The end has two stages. `run` and `Runner.close` call `loopEnding` of all that have it, while the loop still
//    runs, and wait for them within their deadline. Closing the loop then takes along what is left, at once, and
//    without a word to any protocol.
// 4. The place where a resource was added is kept in debug mode and under the test kit.
// 5. A loop has a list when something is added (`resourcesOf`): a program that opens nothing does not carry the code.

import { attempt } from '../base/attempt.ts';
import { className } from '../base/show.ts';
import { keepDeepPlace } from './creation.ts';
import { keepsPlaces } from './engine.ts';
import type { Engine } from './engine.ts';
import { reportFailure } from './failures.ts';

/** Something that is open on a loop. */
export interface LoopResource {
  /** The loop rests: the process need not stay alive for this. @internal */
  loopStopped?(): void;
  /** The loop runs on. @internal */
  loopStarted?(): void;
  /** The last run is over: ends it in its own time, on the loop, in a task that the shutdown deadline cancels. What
   * it throws is reported. @internal */
  loopEnding?(): PromiseLike<void>;
  /** The loop is closed: ends it now. The loop knows it no longer. @internal */
  loopClosed(): void;
  /** What reports call it; the name of its class by default. @internal */
  loopDescription?(): string;
  /** True when it is on its way out already, so that nobody forgot it. */
  isClosing?(): boolean;
}

/** A loop that things can be open on. */
interface Host extends Engine {
  /** @internal */ _resources: LoopResources | undefined;
}

/** The list of what is open on a loop, made when it is asked for. */
export function resourcesOf(loop: Host): LoopResources {
  return (loop._resources ??= new LoopResources(loop));
}

/** The same, if there is one. */
export function openResources(loop: Host): LoopResources | undefined {
  return loop._resources;
}

export class LoopResources implements Iterable<LoopResource> {
  readonly #loop: Engine;
  readonly #open: Set<LoopResource> = new Set();
  readonly #asked: WeakSet<LoopResource> = new WeakSet();

  constructor(loop: Engine) {
    this.#loop = loop;
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<LoopResource> {
    return this.#open.values();
  }

  add(resource: LoopResource): void {
    this.#open.add(resource);
    if (keepsPlaces(this.#loop)) keepDeepPlace(resource);
  }

  /** Harmless when it is not there. */
  remove(resource: LoopResource): void {
    this.#open.delete(resource);
  }

  start(): void {
    this.#tellAll('what is open on the loop could not go on', (resource) => resource.loopStarted?.());
  }

  stop(): void {
    this.#tellAll('what is open on the loop could not rest', (resource) => resource.loopStopped?.());
  }

  /** Those that end in their own time and that this has not returned before. */
  takeEndings(): { readonly name: string; readonly end: () => PromiseLike<void> }[] {
    const endings = [];
    for (const resource of this.#open) {
      if (resource.loopEnding === undefined || this.#asked.has(resource)) continue;
      this.#asked.add(resource);
      const end = (): PromiseLike<void> =>
        this.#open.has(resource) ? (resource as Required<LoopResource>).loopEnding() : Promise.resolve();
      endings.push({ name: describeResource(resource), end });
    }
    return endings;
  }

  close(): void {
    this.#tellAll('closing what was left open failed', (resource) => resource.loopClosed());
    this.#open.clear();
  }

  // One that fails takes nothing from the others, nor from the loop; one that another takes away hears nothing more.
  #tellAll(message: string, tell: (resource: LoopResource) => void): void {
    for (const resource of [...this.#open]) {
      if (!this.#open.has(resource)) continue;
      try {
        tell(resource);
      } catch (exception) {
        reportFailure(this.#loop, { message, exception, resource });
      }
    }
  }
}

/** What a report calls a resource; never throws. */
export function describeResource(resource: LoopResource): string {
  const description: unknown = attempt(() => resource.loopDescription?.());
  return typeof description === 'string' ? description : className(resource);
}

/** It is on its way out already; never throws. */
export function isLeaving(resource: LoopResource): boolean {
  return attempt(() => resource.isClosing?.()) === true;
}
