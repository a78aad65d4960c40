// The error of an endpoint that is closed.

import { defineError } from '../../base/errorClass.ts';
import { AsyncioError } from '../../base/errors.ts';

/** The endpoint is closed: nothing is sent or received any more.
 * @example
 * ```ts
 * import { run, openDatagram, EndpointClosedError } from 'asyncio-ts';
 * await run(async () => {
 *   const endpoint = await openDatagram({ localAddr: ['127.0.0.1', 0] });
 *   endpoint.close();
 *   try { await endpoint.receive(); } catch (error) {
 *     console.log(error instanceof EndpointClosedError); // -> true
 *   }
 *   await endpoint.waitClosed();
 * });
 * ```
 */
export class EndpointClosedError extends AsyncioError {
  constructor(message: string = 'the endpoint is closed', options?: ErrorOptions) {
    super('ERR_ASYNCIO_ENDPOINT_CLOSED', message, options);
  }
}

defineError(EndpointClosedError, 'EndpointClosedError', 'ERR_ASYNCIO_ENDPOINT_CLOSED');
