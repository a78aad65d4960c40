// The body of a response without its content codings (RFC 9110, 8.4), as fetch hands it out.
//
// 1. A coding that is not known leaves the body as it is, as in undici's fetch. More than five are an error: each is a chance to
//    grow.
// 2. What is cut off within a coding gives what there is of it; the framing of the message says whether it came whole.

import type { Readable, Transform } from 'node:stream';

const MOST = 5;

/** Whether it has to be decoded. */
export function isEncoded(coding: string | readonly string[] | undefined): coding is string | string[] {
  return coding !== undefined && coding.length > 0;
}

/** @throws TypeError for too many codings */
export async function decoded(body: Readable, coding: string | readonly string[]): Promise<Readable> {
  const codings = String(coding).toLowerCase().split(',');
  if (codings.length > MOST)
    throw new TypeError(`the response has ${codings.length} content codings, more than ${MOST}`);
  const [{ pipeline }, zlib] = await Promise.all([import('node:stream'), import('node:zlib')]);
  const { Z_SYNC_FLUSH, BROTLI_OPERATION_FLUSH } = zlib.constants;
  const lenient = { flush: Z_SYNC_FLUSH, finishFlush: Z_SYNC_FLUSH };
  const decoders: Decoder[] = [];
  for (const name of codings.map((each) => each.trim()).reverse()) {
    if (name === 'gzip' || name === 'x-gzip') decoders.push(zlib.createGunzip(lenient));
    else if (name === 'deflate')
      // Some servers leave out the frame of zlib, which begins with an 8.
      decoders.push(async function* (source) {
        const rest = source[Symbol.asyncIterator]();
        const first = await rest.next();
        if (first.done === true) return;
        const framed = ((first.value[0] ?? 0) & 15) === 8;
        const whole = async function* (): AsyncGenerator<Uint8Array> {
          yield first.value;
          yield* { [Symbol.asyncIterator]: () => rest };
        };
        const inflate = framed ? zlib.createInflate(lenient) : zlib.createInflateRaw(lenient);
        yield* pipeline(whole, inflate, () => {}) as AsyncIterable<Uint8Array>;
      });
    else if (name === 'br') {
      const flush = BROTLI_OPERATION_FLUSH;
      decoders.push(zlib.createBrotliDecompress({ flush, finishFlush: flush }));
    } else if (name === 'zstd' && 'createZstdDecompress' in zlib) {
      const { ZSTD_e_continue: flush, ZSTD_e_end: finishFlush } = zlib.constants;
      decoders.push(zlib.createZstdDecompress({ flush, finishFlush }));
    } else return body;
  }
  return pipeline([body, ...decoders], () => {}) as unknown as Readable;
}

type Decoder = Transform | ((source: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>);
