// Random choices that a seed repeats.

export interface Random {
  /** From 0 on, below `size`. */
  whole(size: number): number;
  pick<T>(items: readonly T[]): T;
  chance(of: number): boolean;
}

/** mulberry32 */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const whole = (size: number): number => Math.floor(next() * size);
  return { whole, pick: (items) => items[whole(items.length)]!, chance: (of) => next() < of };
}
