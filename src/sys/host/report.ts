// What the library has to say to the person who runs the program: one line or more on standard error,
// or whatever `setReporter` put in its place (the test kit does).

import { inspect } from 'node:util';

export type Severity = 'error' | 'warning';
export type Reporter = (severity: Severity, text: string) => void;

// What is shown is a program's own, and so is the way it wants to be shown.
function show(value: unknown): string {
  if (typeof value === 'string') return value;
  try {
    return inspect(value, { depth: 2 });
  } catch {
    return showPlainly(value);
  }
}

function showPlainly(value: unknown): string {
  try {
    return inspect(value, { depth: 2, customInspect: false });
  } catch {
    return `[${typeof value} that cannot be shown]`;
  }
}

let reporter: Reporter = (severity, text) => {
  if (severity === 'error') console.error(text);
  else console.warn(`asyncio: ${text}`);
};

/** Never throws: whoever has something to report has no place for another error. */
export function report(severity: Severity, compose: (inspect: (value: unknown) => string) => string): void {
  let text: string;
  try {
    text = compose(show);
  } catch (error) {
    text = `A report could not be written: ${show(error)}`;
  }
  try {
    reporter(severity, text);
  } catch {
    // The way out is closed, as by a program that has replaced `console.error`: nobody is left to tell.
  }
}

/** Replaces the reporter and returns the one that was in force. */
export function setReporter(next: Reporter): Reporter {
  const previous = reporter;
  reporter = next;
  return previous;
}
