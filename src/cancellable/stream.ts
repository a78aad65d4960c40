// `pipeline` and `finished` of `node:stream/promises`.

import host from 'node:stream/promises';
import type * as Host from 'node:stream/promises';
import { signalAmong, stoppable, withSignal } from './stoppable.ts';

/** As `pipeline` of `node:stream/promises`: a cancel destroys the streams, and is thrown when they have ended. A generator
 * among them that waits for something has its `signal` to stop that; the host waits for it.
 * @example
 * ```ts
 * import { Readable, Writable } from 'node:stream';
 * import { moveOnAfter, run } from 'asyncio-ts';
 * import { stream } from 'asyncio-ts/cancellable';
 * const silent = new Readable({ read() {} });
 * await run(() => moveOnAfter(5, () => stream.pipeline(silent, new Writable())));
 * console.log(silent.destroyed); // -> true
 * ```
 */
export const pipeline: typeof Host.pipeline = ((...given: unknown[]) => {
  const options = isOptions(given.at(-1)) ? given.pop() : undefined;
  const call = host.pipeline as (...args: unknown[]) => Promise<void>;
  return stoppable({
    own: signalAmong(options),
    start: (signal) => call(...given, withSignal(options ?? {}, signal)),
    untilEnded: true,
  });
}) as typeof Host.pipeline;

/** As `finished` of `node:stream/promises`: a cancel ends the wait, and leaves the stream as it is.
 * @example
 * ```ts
 * import { Readable } from 'node:stream';
 * import { run } from 'asyncio-ts';
 * import { stream } from 'asyncio-ts/cancellable';
 * await run(async () => {
 *   const source = Readable.from(['a', 'b']).resume();
 *   await stream.finished(source);
 *   console.log(source.readableEnded); // -> true
 * });
 * ```
 */
export const finished: typeof Host.finished = (one, options) =>
  stoppable({
    own: signalAmong(options),
    start: (signal) => host.finished(one, withSignal(options ?? {}, signal)),
    atOnce: true,
  });

/** What the last argument of `pipeline` is where it is no stream, generator or iterable. */
function isOptions(last: unknown): boolean {
  if (typeof last !== 'object' || last === null) return false;
  const streaming = [
    'pipe',
    'write',
    'getReader',
    'getWriter',
    'readable',
    Symbol.iterator,
    Symbol.asyncIterator,
  ];
  return streaming.every((name) => !(name in last));
}
