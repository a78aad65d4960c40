// The errors of the registry: Python's KeyError, one class for each way.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** The file object is not registered with the selector.
 * @example
 * ```ts
 * import { DefaultSelector, NotRegisteredError } from 'asyncio-ts/selectors';
 * const selector = new DefaultSelector();
 * try { selector.unregister(0); } catch (error) { console.log(error instanceof NotRegisteredError); } // -> true
 * selector.close();
 * ```
 */
export class NotRegisteredError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_NOT_REGISTERED', message, options);
  }
}

/** The file object, or another with its descriptor, is registered already.
 * @example
 * ```ts
 * import { AlreadyRegisteredError, DefaultSelector, EVENT_READ } from 'asyncio-ts/selectors';
 * import { Socket } from 'asyncio-ts/socket';
 * const socket = new Socket();
 * const selector = new DefaultSelector();
 * selector.register(socket, EVENT_READ);
 * try { selector.register(socket.fileno(), EVENT_READ); } catch (error) {
 *   console.log(error instanceof AlreadyRegisteredError); // -> true
 * }
 * selector.close();
 * socket.close();
 * ```
 */
export class AlreadyRegisteredError extends AsyncioError {
  constructor(message: string, options?: ErrorOptions) {
    super('ERR_ASYNCIO_ALREADY_REGISTERED', message, options);
  }
}

defineError(NotRegisteredError, 'NotRegisteredError', 'ERR_ASYNCIO_NOT_REGISTERED');
defineError(AlreadyRegisteredError, 'AlreadyRegisteredError', 'ERR_ASYNCIO_ALREADY_REGISTERED');
