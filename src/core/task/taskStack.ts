// Where a task waits, as lines of text.

import { report } from '../../sys/host/report.ts';
import { awaitLines } from '../future/awaitPlace.ts';
import type { Waited } from '../cancel/frame.ts';

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
