// Where llhttp is: inside of undici, at a path that undici does not promise. So what is found there is looked at before
// it is used: that it has the functions, and that it takes and refuses what everything else stands on.

import { createRequire } from 'node:module';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { Llhttp, OK, PAUSED, PAUSED_UPGRADE } from './llhttp.ts';
import { RequestParser } from './requestParser.ts';

/** The same parser twice: with the processor's wide registers, and without. */
const MODULES: readonly string[] = ['llhttp_simd-wasm.js', 'llhttp-wasm.js'];

/** Why there is no llhttp. */
export interface NoLlhttp {
  readonly fault: string;
}

// Of this thread: looked for once.
let found: Llhttp | NoLlhttp | undefined;

/** The parser of this thread, or why there is none. */
export function llhttp(): Llhttp | NoLlhttp {
  return (found ??= look());
}

function look(): Llhttp | NoLlhttp {
  let fault: string | undefined;
  for (const from of [import.meta.url, pathToFileURL(`${process.cwd()}/`).href]) {
    const require = createRequire(from);
    for (const name of MODULES) {
      try {
        const one = new Llhttp(require(`undici/lib/llhttp/${name}`) as Uint8Array);
        const found = faultOf(one);
        if (found === undefined) return one;
        fault ??= found;
      } catch (error) {
        fault ??= error instanceof Error ? error.message.split('\n')[0] : String(error);
      }
    }
  }
  return { fault: fault ?? 'undici was not found' };
}

const PLAIN = 'POST /a?b HTTP/1.1\r\nHost: x.y:1\r\nContent-Length: 3\r\n\r\nabc';
const HEAD = 'POST / HTTP/1.1\r\nHost: x\r\n';

/** Requests, with what `execute` must return of them; undefined: any error. */
const PROBES: readonly (readonly [request: string, code: number | undefined])[] = [
  [`${PLAIN}GET / HTTP/1.1\r\n`, PAUSED],
  [`${HEAD}Connection: upgrade\r\nUpgrade: websocket\r\n\r\nrest`, PAUSED_UPGRADE],
  [`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`, OK],
  [`${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n`, undefined],
  [`${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n`, undefined],
  [`${HEAD}Content-Length: 3\r\nContent-Length: 3\r\n\r\n`, undefined],
  [`${HEAD}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`, undefined],
  [`${HEAD}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n`, undefined],
  [`${HEAD}A: b\0c\r\n\r\n`, undefined],
  [`${HEAD}A: b\n\r\n`, undefined],
  [`${HEAD}A: b\r\n c\r\n\r\n`, undefined],
  [`${HEAD}A : b\r\n\r\n`, undefined],
  ['POST / HTTP/1.1\nHost: x\n\n', undefined],
];

/** What is wrong with a parser. */
function faultOf(one: Llhttp): string | undefined {
  const parser = parse(one, PLAIN).parser;
  const { head, targetStart, targetEnd, hostStart, hostEnd, bodyAddress, bodySize } = parser;
  const read = [
    parser.method,
    head.slice(targetStart, targetEnd),
    head.slice(hostStart, hostEnd),
    one.memory.latin1Slice(bodyAddress, bodyAddress + bodySize),
    parser.complete && parser.keepAlive && parser.major === 1 && parser.minor === 1,
  ].join(' ');
  if (read !== 'POST /a?b x.y:1 abc true') return `llhttp read "${read}"`;
  for (const [request, expected] of PROBES) {
    const { code } = parse(one, request);
    if (expected === undefined ? code === OK || code === PAUSED : code !== expected)
      return `llhttp returned ${code} for ${JSON.stringify(request)}`;
  }
  return undefined;
}

function parse(one: Llhttp, text: string): { parser: RequestParser; code: number } {
  const parser = new RequestParser(one, 10, 1000);
  one.memory.latin1Write(text, one.address);
  const code = parser.execute(text.length);
  parser.release();
  return { parser, code };
}
