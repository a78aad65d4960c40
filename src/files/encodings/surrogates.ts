// Halves of characters that stand alone in a text, which no encoding of Unicode has.

import type { Fault } from './codec.ts';

const LONE = /(?:[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff])+/g;

/** The first of them from `from` on, in a text that has some. */
export function loneSurrogates(text: string, from: number): Fault & { readonly start: number } {
  LONE.lastIndex = from;
  const found = LONE.exec(text) as RegExpExecArray;
  return { start: found.index, end: found.index + found[0].length, reason: 'surrogates not allowed' };
}

/** The index of the first; -1 where there is none. */
export function firstLoneSurrogate(text: string): number {
  return text.isWellFormed() ? -1 : loneSurrogates(text, 0).start;
}
