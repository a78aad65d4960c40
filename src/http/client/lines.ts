// lines: a body, line by line.

import { InvalidArgumentError, LineTooLongError } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';

/** Options of {@link lines}.
 * @example
 * ```ts
 * import type { BodyLinesOptions } from 'asyncio-ts/http';
 * const options: BodyLinesOptions = { limit: 4096 };
 * console.log(options.limit); // -> 4096
 * ```
 */
export interface BodyLinesOptions {
  /** The most characters of a line; 1,048,576 by default. */
  readonly limit?: number | undefined;
}

const NAMES: Readonly<Record<keyof BodyLinesOptions, true>> = {
  limit: true,
};

/** The lines of a body as they come, without their ends (LF or CR LF), as UTF-8. Leaving the loop ends the body, and so
 * does a cancel; a last line needs no end.
 * @param source a response, or a stream of bytes
 * @throws LineTooLongError; InvalidArgumentError; whatever the reading of the body throws
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { fetch, lines, serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(() => new Response('{"n":1}\n{"n":2}\n'), { host: '127.0.0.1' });
 *   for await (const line of lines(await fetch(server.url))) console.log(JSON.parse(line)); // -> { n: 1 }
 *   // -> { n: 2 }
 * });
 * ```
 */
export async function* lines(
  source: Response | ReadableStream<Uint8Array>,
  options: BodyLinesOptions = {},
): AsyncGenerator<string, void, undefined> {
  checkOptionNames(options, NAMES, 'lines');
  const { limit = 2 ** 20 } = options;
  if (!(limit >= 1))
    throw new InvalidArgumentError('limit', `limit is a number of characters, not ${limit}`);
  for await (const line of splitLines(source, /\r?\n/, limit)) yield line;
}

/** @throws LineTooLongError */
export async function* splitLines(
  source: Response | ReadableStream<Uint8Array>,
  end: RegExp,
  limit: number,
): AsyncGenerator<string, void, undefined> {
  const body = source instanceof Response ? source.body : source;
  if (body === null) return;
  if (typeof (body as Partial<ReadableStream> | undefined)?.getReader !== 'function')
    throw new InvalidArgumentError('source', 'lines needs a response, or a stream of bytes');
  const decoder = new TextDecoder();
  // The begin of a line, in which no end is looked for again; then a CR, whose LF may be on its way.
  let rest: string = '';
  let held: string = '';
  for await (const chunk of body) {
    const text: string = held + decoder.decode(chunk as Uint8Array, { stream: true });
    held = text.endsWith('\r') ? '\r' : '';
    const [first = '', ...others]: string[] = text.slice(0, text.length - held.length).split(end);
    const parts: string[] = [rest + first, ...others];
    rest = parts.pop() as string;
    for (const line of parts) {
      if (line.length > limit) throw new LineTooLongError(line.length, limit);
      yield line;
    }
    if (rest.length > limit) throw new LineTooLongError(rest.length, limit);
  }
  rest += held + decoder.decode();
  if (rest !== '') yield rest.replace(/\r$/, '');
}
