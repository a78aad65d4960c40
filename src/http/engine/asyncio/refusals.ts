// What is sent to a client whose request is not handed out, and why.

import { STATUS_CODES } from 'node:http';
import type { BadHead } from './requestHead.ts';
import type { RequestParser } from './requestParser.ts';
import { dateLine } from './responseHead.ts';

/** llhttp's errors by their numbers, where they say more than "malformed". */
const INVALID_METHOD = 6;
const INVALID_VERSION = 9;
const PAUSED_H2_UPGRADE = 23;

/** Why llhttp, or a limit, did not take a request. */
export function badRequest(parser: RequestParser, code: number): BadHead {
  if (parser.tooMany) return { status: 431, reason: 'too many fields' };
  if (code === PAUSED_H2_UPGRADE) return { status: 505, reason: 'HTTP/2 without TLS' };
  const { head, reason } = parser;
  if (code === INVALID_VERSION && /^[\r\n]*[!-~]+ [!-~]+ HTTP\/[0-9]\.[0-9]\r/.test(head))
    return { status: 505, reason };
  if (code === INVALID_METHOD && /^[\r\n]*[\w!#$%&'*+.^`|~-]+ [!-~]+ HTTP\/[0-9]/.test(head))
    return { status: 501, reason };
  return { status: 400, reason };
}

export function refusalText(status: number): string {
  const reason = STATUS_CODES[status] ?? '';
  return `HTTP/1.1 ${status} ${reason}\r\n${dateLine()}connection: close\r\ncontent-length: 0\r\n\r\n`;
}
