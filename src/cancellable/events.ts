// `once` and `on` of `node:events`: a cancel takes the listeners away.

import host from 'node:events';
import type { on as hostOn, once as hostOnce } from 'node:events';
import type { EventEmitter } from 'node:events';
import { signalAmong, stoppable, stoppableIterable, withSignal } from './stoppable.ts';

/** As `once` of `node:events`, for emitters and event targets. It listens from the call on; a cancel takes the listener
 * away.
 * @example
 * ```ts
 * import { EventEmitter } from 'node:events';
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { events } from 'asyncio-ts/cancellable';
 * const door = new EventEmitter();
 * await run(async () => {
 *   await moveOnAfter(5, () => events.once(door, 'bell'));
 *   console.log(door.listenerCount('bell')); // -> 0
 * });
 * ```
 */
export const once: typeof hostOnce = ((emitter: EventEmitter, name: string, options?: object) =>
  stoppable({
    own: signalAmong(options),
    start: (signal) => host.once(emitter, name, withSignal(options, signal)),
    atOnce: true,
  })) as typeof hostOnce;

/** As `on` of `node:events`: an endless iteration over the events, from the call on. A cancel of the loop over it ends it
 * and takes the listeners away.
 * @example
 * ```ts
 * import { EventEmitter } from 'node:events';
 * import { run } from 'asyncio-ts';
 * import { events } from 'asyncio-ts/cancellable';
 * const door = new EventEmitter();
 * await run(async () => {
 *   setTimeout(() => door.emit('bell', 'twice'), 1);
 *   for await (const [how] of events.on(door, 'bell')) {
 *     console.log(how); // -> twice
 *     break;
 *   }
 * });
 * ```
 */
export const on: typeof hostOn = ((emitter: EventEmitter, name: string, options?: object) =>
  stoppableIterable(
    signalAmong(options),
    (signal) => host.on(emitter, name, withSignal(options ?? {}, signal)) as AsyncIterable<never>,
  )) as typeof hostOn;
