// The two figures that the report is made of: a median, and how far the rounds lie apart.

export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** The median of `values`; NaN of none. Of an even number it is the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

export function summary(values: readonly number[]): Summary {
  return { median: median(values), min: Math.min(...values), max: Math.max(...values) };
}
