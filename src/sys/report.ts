// What the library has to say to the person who runs the program: one line or more on standard error,
// or whatever `setReporter` put in its place (the test kit does).

import { inspect } from 'node:util';

export type Severity = 'error' | 'warning';
export type Reporter = (severity: Severity, text: string) => void;

const show = (value: unknown): string => (typeof value === 'string' ? value : inspect(value, { depth: 2 }));

let reporter: Reporter = (severity, text) => {
  if (severity === 'error') console.error(text);
  else console.warn(`asyncio: ${text}`);
};

export function report(severity: Severity, compose: (inspect: (value: unknown) => string) => string): void {
  reporter(severity, compose(show));
}

/** Replaces the reporter and returns the one that was in force. */
export function setReporter(next: Reporter): Reporter {
  const previous = reporter;
  reporter = next;
  return previous;
}
