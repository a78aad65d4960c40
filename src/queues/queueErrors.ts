// The errors of the queues: two for the operations that refuse to wait, one for a queue that was shut down.

import { defineError } from '../base/errorClass.ts';
import { AsyncioError } from '../base/errors.ts';

/** `getNowait` found the queue empty. Semantics: asyncio.QueueEmpty.
 * @example
 * ```ts
 * import { Queue, QueueEmpty } from 'asyncio-ts';
 * try { new Queue().getNowait(); } catch (error) {
 *   console.log(error instanceof QueueEmpty, (error as QueueEmpty).code); // -> true ERR_ASYNCIO_QUEUE_EMPTY
 * }
 * ```
 */
export class QueueEmpty extends AsyncioError {
  static {
    defineError(this, 'QueueEmpty', 'ERR_ASYNCIO_QUEUE_EMPTY');
  }

  constructor(message: string = 'the queue is empty', options?: ErrorOptions) {
    super('ERR_ASYNCIO_QUEUE_EMPTY', message, options);
  }
}

/** `putNowait` found the queue full. Semantics: asyncio.QueueFull.
 * @example
 * ```ts
 * import { Queue, QueueFull } from 'asyncio-ts';
 * const queue = new Queue<number>(1);
 * queue.putNowait(1);
 * try { queue.putNowait(2); } catch (error) {
 *   console.log(error instanceof QueueFull, (error as QueueFull).code); // -> true ERR_ASYNCIO_QUEUE_FULL
 * }
 * ```
 */
export class QueueFull extends AsyncioError {
  static {
    defineError(this, 'QueueFull', 'ERR_ASYNCIO_QUEUE_FULL');
  }

  constructor(message: string = 'the queue is full', options?: ErrorOptions) {
    super('ERR_ASYNCIO_QUEUE_FULL', message, options);
  }
}

/** The queue was shut down: it takes nothing any more, and has nothing more to give.
 * Semantics: asyncio.QueueShutDown.
 * @example
 * ```ts
 * import { Queue, QueueShutDown } from 'asyncio-ts';
 * const queue = new Queue<number>();
 * queue.shutdown();
 * try { queue.putNowait(1); } catch (error) {
 *   console.log(error instanceof QueueShutDown, (error as QueueShutDown).code);
 *   // -> true ERR_ASYNCIO_QUEUE_SHUT_DOWN
 * }
 * ```
 */
export class QueueShutDown extends AsyncioError {
  static {
    defineError(this, 'QueueShutDown', 'ERR_ASYNCIO_QUEUE_SHUT_DOWN');
  }

  constructor(message: string = 'the queue was shut down', options?: ErrorOptions) {
    super('ERR_ASYNCIO_QUEUE_SHUT_DOWN', message, options);
  }
}
