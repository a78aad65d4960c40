// Catching what the loop would print.

import { getRunningLoop } from '../../src/asyncio.ts';
import type { EventLoop, ExceptionContext } from '../../src/asyncio.ts';
import { setReporter } from '../../src/sys/host/report.ts';

/** From now on what reaches the loop's exception handler is put into the array instead. */
export function caughtContexts(loop: EventLoop = getRunningLoop()): ExceptionContext[] {
  const contexts: ExceptionContext[] = [];
  loop.setExceptionHandler((_, context) => contexts.push(context));
  return contexts;
}

/** What is reported while `body` runs, one text a report. */
export async function reportsOf(body: () => unknown): Promise<string[]> {
  const texts: string[] = [];
  const previous = setReporter((severity, text) => texts.push(`${severity}: ${text}`));
  try {
    await body();
  } finally {
    setReporter(previous);
  }
  return texts;
}

/** Resolves in a later turn of the host, when every entry and microtask before it has run. */
export function hostTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
