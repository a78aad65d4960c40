// Where tasks wait: in debug mode each await of a future takes the stack, which with the engine's async
// frames is the whole chain of callers in that task.

import { userLines } from '../../loop/creation.ts';
import { report } from '../../sys/host/report.ts';
import type { Waited } from '../cancel/frame.ts';

interface Place {
  readonly future: object;
  readonly stack: Error;
}

/** The places of each task's waits; the latest last. */
const places: WeakMap<object, Place[]> = new WeakMap();

export const debugPlaces: { on: boolean; note(future: object, task: { readonly _waits: unknown }): void } =
  {
    on: false,
    note(future, task): void {
      const limit = Error.stackTraceLimit;
      Error.stackTraceLimit = 50;
      const place = { future, stack: new Error('awaited here') };
      Error.stackTraceLimit = limit;
      const mine = places.get(task);
      // A task that waits for one thing has one place; beside others each keeps its own.
      if (mine !== undefined && task._waits instanceof Set) mine.push(place);
      else places.set(task, [place]);
    },
  };

/** The stack of the await on `future` in `task`, innermost first; empty when debug mode was off. */
export function awaitLines(future: object, task: object): string[] {
  return linesOf(places.get(task)?.findLast((place) => place.future === future));
}

/** The stack of the latest await of `task` on a future of ours, innermost first; empty as above. */
export function latestAwaitLines(task: object): string[] {
  return linesOf(places.get(task)?.at(-1));
}

/** The stacks of the awaits that a task stands in, innermost line first. */
export function stackOf(
  task: { readonly _waits: Waited | Set<Waited> | undefined },
  limit: number | undefined,
): string[] {
  const waits = task._waits;
  if (waits === undefined) return [];
  const lines =
    waits instanceof Set ? [...waits].flatMap((one) => awaitLines(one, task)) : awaitLines(waits, task);
  return limit === undefined ? lines : lines.slice(0, limit);
}

export function printStack(name: string, lines: readonly string[], write?: (text: string) => void): void {
  const head = lines.length > 0 ? `Stack of ${name}, innermost first:` : `No stack of ${name}`;
  const text = [head, ...lines.map((line) => `  ${line}`)].join('\n');
  if (write === undefined) report('error', () => text);
  else write(text);
}

function linesOf(place: Place | undefined): string[] {
  return place?.stack.stack === undefined ? [] : userLines(place.stack.stack);
}
