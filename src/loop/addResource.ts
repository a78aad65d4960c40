// What code outside of the library keeps open on a loop: the same list and the same end as the library's own.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import { checkLoop } from './checkLoop.ts';
import { checkOpen } from './engine.ts';
import type { Loop } from './loop.ts';
import { resourcesOf } from './resources.ts';
import type { LoopResource } from './resources.ts';

/** Something open that must not outlive its loop; see {@link addResource}.
 * @example
 * ```ts
 * import type { Resource } from 'asyncio-ts/lowlevel';
 * const resource: Resource = { description: 'connection to the device', close: () => console.log('closed') };
 * resource.close(); // -> closed
 * ```
 */
export interface Resource {
  /** What reports and the leak guard call it. */
  readonly description: string;
  /** The loop is closed: end it now. The loop knows it no longer. What it throws is reported. */
  close(): void;
  /** The last run is over: ends it in its own time, in a task on the loop that the shutdown deadline cancels. What it
   * throws is reported, and `close` comes all the same. */
  end?(): PromiseLike<void>;
  /** The loop rests: the process need not stay alive for this. What it throws is reported. */
  rest?(): void;
  /** The loop runs on. What it throws is reported. */
  resume?(): void;
  /** True when it is on its way out already, so that nobody forgot it. */
  isClosing?(): boolean;
}

/** Keeps `resource` on `loop` until it is taken away: it ends with the loop, and a leak guard names what nobody has
 * taken away before. For transports, pools and drivers that are written outside of the library.
 * @returns what takes it away again, to be called when it has ended by itself
 * @throws InvalidArgumentError for what is no loop of this library, and unless the resource has a description, a
 * method close, and methods only besides; UsageError when the loop is closed
 * @example
 * ```ts
 * import { getRunningLoop, run } from 'asyncio-ts';
 * import { addResource } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   addResource(getRunningLoop(), {
 *     description: 'connection to the device',
 *     close: () => console.log('closed with the loop'),
 *   });
 * }); // -> closed with the loop
 * ```
 */
export function addResource(loop: Loop, resource: Resource): () => void {
  checkLoop(loop, 'addResource');
  if (typeof resource?.close !== 'function' || typeof resource.description !== 'string') {
    throw new InvalidArgumentError(
      'resource',
      `a resource has a description and a method close(), not ${showValue(resource)}`,
    );
  }
  for (const name of ['end', 'rest', 'resume', 'isClosing'] as const) {
    if (resource[name] !== undefined && typeof resource[name] !== 'function')
      throw new InvalidArgumentError(
        'resource',
        `${name} of a resource is a method, not ${showValue(resource[name])}`,
      );
  }
  checkOpen(loop);
  const entry: LoopResource = {
    loopClosed: () => resource.close(),
    loopStopped: () => resource.rest?.(),
    loopStarted: () => resource.resume?.(),
    loopDescription: () => resource.description,
    isClosing: () => resource.isClosing?.() === true,
    ...(typeof resource.end === 'function' && { loopEnding: () => resource.end?.() as PromiseLike<void> }),
  };
  resourcesOf(loop).add(entry);
  return () => resourcesOf(loop).remove(entry);
}
