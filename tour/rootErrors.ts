// The errors inside nested groups of them.

/** The leaves of a tree of `AggregateError`s (a group of tasks throws one), in order. */
export function rootErrors(error: unknown): unknown[] {
  return error instanceof AggregateError ? error.errors.flatMap(rootErrors) : [error];
}
