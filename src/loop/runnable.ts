// What stands in the ready queue, and what running it sets off. An entry never throws: it reports its
// errors itself.

/** The entry caused no microtask: the next one may run at once. */
export const NOTHING = 0;
/** The entry started or resumed a task, which it put into `ready.stepping`. */
export const STEP = 1;
/** The entry ran foreign code: every microtask must have run before the next entry. */
export const DRAIN = 2;

export type Effect = typeof NOTHING | typeof STEP | typeof DRAIN;

export interface Runnable {
  /** @internal */
  _run(): Effect;
  /** The loop has stopped before its turn, which may never come. @internal */
  _loopStopped?(): void;
}
