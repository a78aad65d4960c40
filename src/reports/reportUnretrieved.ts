// Errors that nobody has looked at, told before the loop ends: for whoever runs a loop from outside. Apart from what it
// does (core/future/unretrieved.ts), which every program has with it.

import { tellUnretrieved } from '../core/future/unretrieved.ts';
import { checkLoop } from '../loop/checkLoop.ts';
import type { Loop } from '../loop/loop.ts';

/** Reports, to the loop's exception handler, the errors of its futures and tasks that nobody has looked at so far. For
 * whoever runs a loop by hand; `run` does so at its end.
 * @throws InvalidArgumentError when it is no loop of this library
 * @example
 * ```ts
 * import { newEventLoop, sleep } from 'asyncio-ts';
 * import { reportUnretrieved } from 'asyncio-ts/lowlevel';
 * const loop = newEventLoop();
 * loop.setExceptionHandler((_, { message }) => console.log(message)); // -> Task loser: its exception was never retrieved
 * loop.createTask(async () => { throw new Error('lost'); }, { name: 'loser' });
 * await loop.runUntilComplete(() => sleep(1));
 * reportUnretrieved(loop);
 * loop.close();
 * ```
 */
export function reportUnretrieved(loop: Loop): void {
  checkLoop(loop, 'reportUnretrieved');
  tellUnretrieved(loop);
}
