// Many values, written as text in pieces of some size, not one by one.
//
// 1. What was gathered before an error, or a cancel, is of values that were taken: it is handed on. But nobody waits for
//    room then, which may never come, and the error is the first one.
// 2. A value that is refused leaves nothing behind, and those before it are written.

import type { TextSink } from './textSink.ts';

/** How much text is gathered before it is written. */
const GATHERED = 65_536;

/** @throws what `format`, the values and the target throw */
export async function writeGathered<T>(
  sink: TextSink,
  values: Iterable<T> | AsyncIterable<T>,
  format: (value: T) => string,
): Promise<void> {
  let gathered = '';
  const add = (value: T): boolean => {
    const text = format(value);
    sink.check(text);
    gathered += text;
    return gathered.length >= GATHERED;
  };
  const flush = (): Promise<void> => {
    const full = gathered;
    gathered = '';
    return sink.write(full);
  };
  try {
    if (typeof (values as Iterable<T>)[Symbol.iterator] === 'function') {
      for (const value of values as Iterable<T>) if (add(value)) await flush();
    } else for await (const value of values) if (add(value)) await flush();
  } catch (error) {
    await sink.leave(gathered).catch(() => {});
    throw error;
  }
  await flush();
}
