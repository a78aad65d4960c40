// One read while the head of a request is coming in.

import { CLOSED_CONNECTION, OK, PAUSED, PAUSED_UPGRADE } from './llhttp.ts';
import { badRequest } from './refusals.ts';
import { checkHead } from './requestHead.ts';
import type { BadHead } from './requestHead.ts';
import type { RequestParser } from './requestParser.ts';

/** The head is not complete. */
export const MORE: unique symbol = Symbol('more');

export function isFault(code: number): boolean {
  return code !== OK && code !== PAUSED && code !== PAUSED_UPGRADE;
}

/** Parses `count` bytes. @returns the host of a head that is complete and good; MORE; or what is wrong */
export function readHead(
  parser: RequestParser,
  count: number,
  maxSize: number,
): string | BadHead | typeof MORE {
  const code = parser.execute(count);
  const { headComplete } = parser;
  if ((headComplete ? parser.headEnd : parser.head.length) > maxSize) {
    const targetAlone = parser.fields === 0 || parser.targetEnd > maxSize;
    return { status: targetAlone ? 414 : 431, reason: 'the head is too large' };
  }
  if (isFault(code) && !(code === CLOSED_CONNECTION && parser.complete)) return badRequest(parser, code);
  return headComplete ? checkHead(parser, maxSize) : MORE;
}
