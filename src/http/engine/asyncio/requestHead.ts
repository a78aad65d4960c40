// The head of a request as text: what is looked up in it, and what must be right about it beyond what llhttp checks.

import { codingFault, isHost, lastHostAt, targetFault } from '../requestRules.ts';
import type { RequestParser } from './requestParser.ts';

/** A space, `HTTP/1.1`, and the end of the line: what stands behind the target. */
const BEHIND_TARGET = 11;
const SPACE = 32;
const TAB = 9;

/** A request that is not to be handed out. */
export interface BadHead {
  readonly status: number;
  readonly reason: string;
}

/** Methods of llhttp's list that are HTTP's own begin at 0 and end here; 46 is QUERY. */
const LAST_OF_HTTP = 34;
const QUERY = 46;
const CONNECT = 5;
const OPTIONS = 6;

/** Where the fields begin. */
export function fieldsStart({ targetEnd }: RequestParser): number {
  return targetEnd + BEHIND_TARGET;
}

/** The text between two places without white space around it; only spaces and tabs are. */
function trimmed(text: string, start: number, end: number): string {
  let first = start;
  let last = end;
  while (first < last && isBlank(text.charCodeAt(first))) first++;
  while (last > first && isBlank(text.charCodeAt(last - 1))) last--;
  return text.slice(first, last);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/** All fields from `start` on: names in lower case and values. */
export function splitFields(head: string, start: number, end: number): string[] {
  const fields: string[] = [];
  let at = start;
  while (at < end) {
    const colon = head.indexOf(':', at);
    let line = head.indexOf('\r\n', colon);
    if (line < 0) line = end;
    fields.push(head.slice(at, colon).toLowerCase(), trimmed(head, colon + 1, line));
    at = line + 2;
  }
  return fields;
}

// A pattern for each name that somebody has asked for; names come from the program, not from clients.
const patterns: Map<string, RegExp> = new Map();

/** The first value of a field, found in the text. */
export function findField(head: string, name: string): string | undefined {
  let pattern = patterns.get(name);
  if (pattern === undefined) {
    const quoted = name.replaceAll(/[^a-z0-9-]/gi, String.raw`\$&`);
    pattern = new RegExp(String.raw`\r\n${quoted}:[ \t]*([^\r]*)`, 'i');
    patterns.set(name, pattern);
  }
  const found = pattern.exec(head);
  return found === null ? undefined : trimmed(found[1] as string, 0, (found[1] as string).length);
}

/** What is wrong with a complete head, or its host. */
export function checkHead(parser: RequestParser, maxTarget: number): BadHead | string {
  const { head, targetStart, targetEnd } = parser;
  const minor = parser.minor;
  if (parser.major !== 1 || minor > 1) return bad(505, 'the version of HTTP is not 1.0 or 1.1');
  const method = parser.methodNumber;
  if ((method > LAST_OF_HTTP && method !== QUERY) || method === CONNECT)
    return bad(501, 'the method is not one that is served');
  if (targetEnd - targetStart > maxTarget) return bad(414, 'the target is too long');
  if (
    head.charCodeAt(targetStart - 2) === SPACE ||
    head.charCodeAt(targetEnd) !== SPACE ||
    head.charCodeAt(targetEnd + 1) !== 72
  )
    return bad(400, 'the request line has more than two spaces, or another protocol');
  const fault = checkTarget(parser, method);
  if (fault !== undefined) return fault;
  if (parser.carried || parser.special) return checkSlowly(parser, minor);
  if (parser.hosts !== 1) return minor === 0 && parser.hosts === 0 ? '' : bad(400, 'there is not one Host');
  const known = lastHostAt(head, parser.hostStart, parser.hostEnd);
  if (known !== undefined) return known;
  const host = trimmed(head, parser.hostStart, parser.hostEnd);
  return isHost(host) ? host : bad(400, 'Host is no host');
}

// With a look at each field.
function checkSlowly(parser: RequestParser, minor: number): BadHead | string {
  const fields = splitFields(parser.head, fieldsStart(parser), parser.headEnd);
  let host: string | undefined;
  for (let index = 0; index < fields.length; index += 2) {
    const value = fields[index + 1] as string;
    switch (fields[index]) {
      case 'host':
        if (host !== undefined) return bad(400, 'there is not one Host');
        host = value;
        break;
      case 'expect':
        if (minor === 1 && value.toLowerCase() !== '100-continue') return bad(417, 'an unknown Expect');
        break;
      case 'transfer-encoding':
        {
          const status = codingFault(value, minor);
          if (status !== undefined) return bad(status, 'a transfer coding that is not taken here');
        }
        break;
      default:
    }
  }
  if (host === undefined) return minor === 0 ? '' : bad(400, 'there is no Host');
  return isHost(host) ? host : bad(400, 'Host is no host');
}

function checkTarget({ head, targetStart, targetEnd }: RequestParser, method: number): BadHead | undefined {
  // '/'
  if (head.charCodeAt(targetStart) === 47) {
    const at = head.indexOf('#', targetStart);
    if (at < 0 || at >= targetEnd) return undefined;
  }
  const fault = targetFault(head.slice(targetStart, targetEnd), method === OPTIONS);
  return fault === undefined ? undefined : bad(400, fault);
}

function bad(status: number, reason: string): BadHead {
  return { status, reason };
}
