// For protocols that pause reading for long, and must all the same learn that nobody waits for them any more.

import { InvalidArgumentError } from '../base/errors.ts';
import type { HangingUp } from './contract.ts';
import { Transport } from './transport.ts';

/** Calls `told` once when the peer of a stream transport has ended its half of the connection or is gone, even while
 * reading is paused; bytes that came before stay to be read. For a protocol that lets its peer wait, and would else
 * learn only when it reads or writes again. Nothing is called after the transport was closed. Only sockets of the
 * selector backend see that: on other transports nothing is ever called.
 * @returns what takes it back
 * @throws InvalidArgumentError for what is no stream transport, and no function
 * @example
 * ```ts
 * import { openConnection, run, sleep, startServer } from 'asyncio-ts';
 * import { whenHungUp } from 'asyncio-ts/lowlevel';
 * await run(async () => {
 *   await using server = await startServer(async (_reader, writer) => {
 *     writer.transport.pauseReading();
 *     const forget = whenHungUp(writer.transport, () => writer.transport.abort());
 *     await writer.waitClosed();
 *     forget();
 *   }, '127.0.0.1', 0);
 *   const [, writer] = await openConnection('127.0.0.1', server.port);
 *   writer.close();
 *   await writer.waitClosed();
 * });
 * ```
 */
export function whenHungUp(transport: Transport, told: () => void): () => void {
  if (!(transport instanceof Transport))
    throw new InvalidArgumentError('transport', 'whenHungUp takes a stream transport');
  if (typeof told !== 'function') throw new InvalidArgumentError('told', 'told must be a function');
  return (transport as Transport & Partial<HangingUp>).watchHangUp?.(told) ?? (() => {});
}
