// How code that is not ours is known to wait: numbers that tell what began before what. The rewritten awaits of a
// program (foreignWait.ts) read them; without such awaits they only count.
//
// 1. `count` rises with each function that begins, as far as it says so, and with each await of a future of ours.
// 2. A number that was taken before a call and one that is taken after it tell whether the call has waited.

export const awaits: {
  /** The last number given out. */
  count: number;
  /** The one that was last given to a function. */
  activation: number;
} = { count: 0, activation: 0 };

/** Calls the body of a task, a timeout or a group so that the wait for a promise of others that it returns is a
 * cancel point; set by who rewrites the awaits of programs. */
export const bodies: { call: (<A, T>(body: (argument: A) => T, argument: A) => T) | undefined } = {
  call: undefined,
};
