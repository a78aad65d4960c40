// The body of a request that does not come to its end.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** The body of a request can't be read to its end: the client went away (`status` 499, which is never sent), was too slow
 * (408), sent more than is allowed (413), or what is no body (400). Read or written by the wrong hands, too: 500.
 * @example
 * ```ts
 * import { HttpBodyError } from 'asyncio-ts/http';
 * const error = new HttpBodyError(413, 'the body has more than 1024 bytes');
 * console.log(error.code, error.status); // -> ERR_ASYNCIO_HTTP_BODY 413
 * ```
 */
export class HttpBodyError extends AsyncioError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('ERR_ASYNCIO_HTTP_BODY', message);
    this.status = status;
  }
}
defineError(HttpBodyError, 'HttpBodyError');
