// The states of a future, packed into one small integer. The lowest two bits are the state as asyncio
// has it; it goes from PENDING to one of the others once. The rest says how far the news has got.

export const PENDING = 0;
export const FINISHED = 1;
export const FAILED = 2;
export const CANCELLED = 3;

/** Mask of the state. */
export const STATE = 3;
/** Mask: any state but PENDING. */
export const DONE = 3;
/** Somebody subscribed to the native promise. */
export const NATIVE = 4;
/** The native promise is settled. */
export const SETTLED = 8;
/** The entry that settles the native promise stands in the ready queue. */
export const SCHEDULED = 16;
/** The native promise got, or will get, another outcome than the future has. */
export const DIVERGED = 32;
/** It failed and nobody has looked at the error. */
export const UNSEEN = 64;
/** The native promise serves plain `then`s and awaits outside of every task, not the await of a task. */
export const PLAIN = 128;
/** A task's coroutine was called. */
export const STARTED = 256;
/** A cancel waits in one of a task's frames, or one of them is cancelled for good. */
export const ALERT = 512;
/** One of a task's frames has handed out an AbortSignal. */
export const SIGNALS = 1024;
/** A cancel of the task is being delivered to what it waits for. */
export const CANCELLING = 2048;
/** Somebody awaits it by an entry with a turn of its own. */
export const HEARD = 4096;
/** A task awaits it more than once. */
export const AGAIN = 8192;
