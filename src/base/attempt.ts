// Asking for what may not be there.

/** What `ask` returns, or undefined where it throws. */
export function attempt<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch {
    return undefined;
  }
}
