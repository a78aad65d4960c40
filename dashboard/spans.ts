// Spans of time and amounts, short.

/** A span in milliseconds: `3 ms`, `1.2 s`, `4 min`, `2 h`. */
export function span(milliseconds: number): string {
  const value = Math.max(0, milliseconds);
  if (value < 10) return `${value.toFixed(1)} ms`;
  if (value < 1000) return `${Math.round(value)} ms`;
  if (value < 60_000) return `${(value / 1000).toFixed(1)} s`;
  if (value < 3_600_000) return `${Math.floor(value / 60_000)} min`;
  return value < 86_400_000 ? `${Math.floor(value / 3_600_000)} h` : `${Math.floor(value / 86_400_000)} d`;
}

export const megabytes = (bytes: number): string => `${Math.round(bytes / 1_048_576)} MB`;
