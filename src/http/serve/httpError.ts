// HttpError: an error that is its own response.

import { STATUS_CODES } from 'node:http';
import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** What `new Headers()` takes. */
export type HeaderFields = NonNullable<ConstructorParameters<typeof Headers>[0]>;

/** Thrown by a handler, or by what it calls, it becomes the response, and is no error of the server's: nothing is reported.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { HttpError, serve } from 'asyncio-ts/http';
 * const find = (name: string): string => {
 *   if (name !== '/tea') throw new HttpError(404, `no ${name} here`);
 *   return 'tea';
 * };
 * await run(async () => {
 *   await using server = await serve((request) => new Response(find(new URL(request.url).pathname)));
 *   const response = await fetch(`http://127.0.0.1:${server.port}/coffee`);
 *   console.log(response.status, await response.text()); // -> 404 no /coffee here
 * });
 * ```
 */
export class HttpError extends AsyncioError {
  readonly status: number;
  readonly headers: HeaderFields | undefined;

  /** @param message what the client reads; the name of the status by default, such as `Not Found` */
  constructor(
    status: number,
    message: string = STATUS_CODES[status] ?? '',
    options: ErrorOptions & { headers?: HeaderFields } = {},
  ) {
    super('ERR_ASYNCIO_HTTP_STATUS', message, options);
    if (!Number.isInteger(status) || status < 400 || status > 599)
      throw new RangeError(`an HttpError has a status from 400 to 599, not ${String(status)}`);
    this.status = status;
    this.headers = options.headers;
  }

  getResponse(): Response {
    const { headers, message, status } = this;
    return new Response(message, { status, ...(headers !== undefined && { headers }) });
  }
}

defineError(HttpError, 'HttpError');
