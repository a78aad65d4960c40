// Where tasks wait, as far as debug mode has kept it (awaitStacks.ts, which is loaded with debug mode).

import { report } from '../../sys/host/report.ts';
import type { Waited } from '../cancel/frame.ts';

/** A task. */
export interface Awaiting {
  readonly _waits: Waited | Set<Waited> | undefined;
}

export interface AwaitStacks {
  /** `task` begins to wait for `future`. */
  note(future: object, task: Awaiting): void;
  /** Of the await on `future` in `task`, innermost line first. */
  linesOf(future: object, task: object): string[];
  /** Of the awaits that a task stands in, innermost line first. */
  stackOf(task: Awaiting, limit: number | undefined): string[];
}

/** Whether the running loop is in debug mode, and what then keeps the stacks of awaits. */
export const debugPlaces: { on: boolean; stacks: AwaitStacks | undefined } = {
  on: false,
  stacks: undefined,
};

/** The stack of the await on `future` in `task`, innermost first; empty when debug mode was off. */
export function awaitLines(future: object, task: object): string[] {
  return debugPlaces.stacks?.linesOf(future, task) ?? [];
}

export function printStack(name: string, lines: readonly string[], write?: (text: string) => void): void {
  const head = lines.length > 0 ? `Stack of ${name}, innermost first:` : `No stack of ${name}`;
  const text = [head, ...lines.map((line) => `  ${line}`)].join('\n');
  if (write === undefined) report('error', () => text);
  else write(text);
}
