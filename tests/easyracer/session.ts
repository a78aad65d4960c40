// The requests of one course that are open at the same time, and what they share.
//
// A course is told apart into rounds by its open requests alone: the first to come opens a round, the
// last to leave ends it, and the next request starts a new one with a gate of its own. So a client
// that leaves a loser's request open spoils its next attempt: the round never ends.

import { setTimeout as sleep } from 'node:timers/promises';

/** A promise that anybody may open once; what opens it first counts. */
export class Gate<T> {
  readonly opened: Promise<T>;
  readonly open: (value: T) => void;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<T>();
    this.opened = promise;
    this.open = resolve;
  }
}

/** The open requests of a course. */
export class Session<T> {
  open = 0;
  gate: Gate<T> = new Gate();
  /** Opened when the round ends. */
  over: Gate<void> = new Gate();

  /** Counts a request in; its number among those that are open now, itself included. */
  enter(): number {
    this.open += 1;
    return this.open;
  }

  /** Counts a request out. */
  leave(): void {
    this.open -= 1;
    if (this.open > 0) return;
    this.over.open();
    this.gate = new Gate();
    this.over = new Gate();
  }
}

/** What a course answers; 'hang up' closes the connection without an answer. */
export type Answer = { readonly status: number; readonly body: string } | 'hang up';

export const right: Answer = { status: 200, body: 'right' };
/** A wrong answer that says so with its status … */
export const failed: Answer = { status: 500, body: 'wrong' };
/** … and one that only its body gives away. */
export const wrong: Answer = { status: 200, body: 'wrong' };

/** One request, as a course sees it. */
export class Visit {
  readonly query: URLSearchParams;
  /** Aborted when the request has ended, in whatever way. */
  readonly ended: AbortSignal;

  constructor(query: URLSearchParams, ended: AbortSignal) {
    this.query = query;
    this.ended = ended;
  }

  /** Waits for a gate; rejects when the request has ended by then. */
  async pass<T>(gate: Gate<T>): Promise<T> {
    const value = await gate.opened;
    this.ended.throwIfAborted();
    return value;
  }

  /** Waits so many milliseconds; rejects when the request ends before. */
  async wait(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.ended });
  }

  /** Leaves the request without an answer until the client goes away. */
  hold(): Promise<never> {
    return new Promise((_, reject) => {
      this.ended.addEventListener('abort', () => reject(new Error('the request has ended')), {
        once: true,
      });
    });
  }
}

/** A course of the exam: what its server does with each request. */
export interface Course {
  /** Whether this request takes part in the race: counted in the report as open, answered, cancelled. */
  races(visit: Visit): boolean;
  answer(visit: Visit): Promise<Answer>;
  /** The client closed the connection before it had an answer. */
  cancelled?(visit: Visit): void;
  /** The request has ended, in whatever way; called once for each `answer`, after `cancelled`. */
  left?(visit: Visit): void;
  /** What a client did that it must not, in words; resources it has not given back included. */
  faults?(): string[];
}
