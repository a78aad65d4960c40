// Makes a failing input small: takes one step after the other that leaves it failing, until no step does.

/** `steps` returns what is one step smaller, the boldest first. `fails` is asked about several at once, since a
 * batch costs hardly more than one. */
export async function shrink<T>(
  input: T,
  steps: (input: T) => T[],
  fails: (candidates: readonly T[]) => Promise<readonly boolean[]>,
  most: number = 400,
): Promise<T> {
  let smallest = input;
  for (let round = 0; round < most; round++) {
    const candidates = steps(smallest);
    let next: T | undefined;
    for (let at = 0; at < candidates.length && next === undefined; at += BATCH) {
      const batch = candidates.slice(at, at + BATCH);
      const failing = await fails(batch);
      next = batch.find((_, i) => failing[i]);
    }
    if (next === undefined) break;
    smallest = next;
  }
  return smallest;
}

const BATCH = 32;
