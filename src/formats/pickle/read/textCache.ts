// Short strings that were read lately, by their bytes: the keys of dicts come again in each pickle, and a string that is
// there already costs neither memory nor a call of the host's decoder.

const SLOTS = 2048;
const cache: string[] = Array.from({ length: SLOTS }, () => '');

/** Longer strings are none of its. */
export const CACHED = 24;

/** The text of ASCII bytes; undefined where they are not all ASCII. */
export function cachedText(bytes: Buffer, start: number, length: number): string | undefined {
  let hash = length;
  let all = 0;
  const end = start + length;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    all |= byte;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  if (all >= 0x80) return undefined;
  const slot = (hash ^ (hash >>> 11)) & (SLOTS - 1);
  const known = cache[slot] as string;
  if (known.length === length && matches(known, bytes, start)) return known;
  const text = bytes.toString('latin1', start, end);
  cache[slot] = text;
  return text;
}

function matches(text: string, bytes: Uint8Array, start: number): boolean {
  for (let at = 0; at < text.length; at += 1) if (text.charCodeAt(at) !== bytes[start + at]) return false;
  return true;
}
