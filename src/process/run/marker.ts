// What ends an answer of a program, and where it stands in what has come.

import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';

/** What ends an answer: a text, or what an expression matches. */
export type Marker = string | RegExp;

/** A text is not looked for before `from` again. */
export function findMarker(
  text: string,
  marker: Marker,
  from: number,
): { readonly start: number; readonly end: number } | undefined {
  if (typeof marker === 'string') {
    const start = text.indexOf(marker, Math.max(0, from));
    return start < 0 ? undefined : { start, end: start + marker.length };
  }
  const match = new RegExp(marker.source, marker.flags.replace(/[gy]/g, '')).exec(text);
  return match === null || match[0] === ''
    ? undefined
    : { start: match.index, end: match.index + match[0].length };
}

/** As messages have it. */
export function showMarker(marker: Marker): string {
  return typeof marker === 'string' ? showValue(marker) : String(marker);
}

/** @throws InvalidArgumentError */
export function checkMarker(marker: unknown, argument: string): void {
  if ((typeof marker === 'string' && marker !== '') || marker instanceof RegExp) return;
  throw new InvalidArgumentError(
    argument,
    `${argument} is a text or an expression, not ${showValue(marker)}`,
  );
}
