// ToolEvents: what a tool tells of.
//
// A listener that fails is reported as a failed callback of the loop is, and changes nothing: neither the work that it
// was told of, nor what the tool does next, nor the other listeners.

import { peekRunningLoop } from '../lowlevel.ts';
import { checkFunction } from './checkArguments.ts';

export type Listener = (detail?: unknown) => void;

/** See the head of the file. */
export class ToolEvents<Name extends string> {
  readonly #what: string;
  readonly #listeners: Map<Name, readonly Listener[]> = new Map();

  /** @param what whose events they are, for reports */
  constructor(what: string) {
    this.#what = what;
  }

  on(event: Name, listener: Listener): void {
    checkFunction(listener, 'listener');
    this.#listeners.set(event, [...this.#of(event), listener]);
  }

  off(event: Name, listener: Listener): void {
    const place = this.#of(event).lastIndexOf(listener);
    if (place >= 0) this.#listeners.set(event, this.#of(event).toSpliced(place, 1));
  }

  once(event: Name, listener: Listener): void {
    checkFunction(listener, 'listener');
    const first: Listener = (detail) => {
      this.off(event, first);
      listener(detail);
    };
    this.on(event, first);
  }

  count(event: Name): number {
    return this.#of(event).length;
  }

  emit(event: Name, detail?: unknown): void {
    for (const listener of this.#of(event)) {
      try {
        listener(detail);
      } catch (exception) {
        this.#report(event, exception);
      }
    }
  }

  #of(event: Name): readonly Listener[] {
    return this.#listeners.get(event) ?? [];
  }

  #report(event: Name, exception: unknown): void {
    const loop = peekRunningLoop();
    const message = `a listener of '${event}' of a ${this.#what} failed`;
    if (loop !== undefined) loop.callExceptionHandler({ message, exception });
    else
      queueMicrotask(() => {
        throw exception;
      });
  }
}
