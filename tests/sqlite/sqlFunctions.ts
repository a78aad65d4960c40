// Functions that SQL calls in the tests, exported from a module.

import type { AggregateGroup } from '../../src/sqlite/sqlite.ts';

export function initials(text: unknown): string {
  return String(text)
    .split(' ')
    .map((word) => word[0])
    .join('');
}

export function range(): AggregateGroup {
  const seen: number[] = [];
  return {
    step: (n) => void seen.push(Number(n)),
    inverse: () => void seen.shift(),
    finalize: () => (seen.length === 0 ? null : Math.max(...seen) - Math.min(...seen)),
  };
}
