// The entry point `asyncio-ts/cancellable`: the host's own calls, by the names and with the arguments that they have
// there, each with a cancel that stops the work. What most programs await most of the time.
//
// 1. Inside of a task a cancel of the code, be it by `task.cancel()`, a timeout, a scope or a group, stops the work and
//    is thrown as CancelledError, a deadline as TimeoutError, never as the host's AbortError. Where the code is
//    cancelled already, nothing is started.
// 2. A `signal` among the options works beside that, as the host has it.
// 3. What writes, streams or runs a program has ended when the cancel is thrown: clean-up has it for itself. What only
//    looks, or waits, is left at once.
// 4. Calls that the host cannot stop are honest about it: see `fs`.
// 5. Outside of a task they are the host's.

export { fetch, watchResponse } from './fetch.ts';
export * as fs from './fs.ts';
export * as events from './events.ts';
export * as stream from './stream.ts';
export * as timers from './timers.ts';
export * as childProcess from './childProcess.ts';
export type { SpawnedChild } from './childProcess.ts';
