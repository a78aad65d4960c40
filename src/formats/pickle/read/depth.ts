// How deep a value lies in itself, for who asks for a limit. A walk with a list of its own: the value may be as deep as
// its pickle is long. What is met again is not walked again, so it is the depth of the first way to each part.

import { PickledObject } from '../values/containers.ts';

/** Whether containers lie in each other deeper than `most`. */
export function isDeeper(value: unknown, most: number): boolean {
  if (most === Infinity) return false;
  const seen = new Set<unknown>();
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = [];
    for (const one of level) {
      if (typeof one !== 'object' || one === null || seen.has(one)) continue;
      seen.add(one);
      if (depth >= most && isContainer(one)) return true;
      for (const part of partsOf(one)) if (typeof part === 'object' && part !== null) next.push(part);
    }
    level = next;
  }
  return false;
}

function isContainer(value: object): boolean {
  return !(value instanceof Uint8Array);
}

function* partsOf(value: object): Iterable<unknown> {
  if (value instanceof Uint8Array) return;
  if (Array.isArray(value) || value instanceof Set) yield* value as Iterable<unknown>;
  else if (value instanceof Map)
    for (const [key, one] of value) {
      yield key;
      yield one;
    }
  else if (value instanceof PickledObject)
    yield* [value.args, value.kwargs, value.state, value.items, value.entries];
  else yield* Object.values(value);
}
