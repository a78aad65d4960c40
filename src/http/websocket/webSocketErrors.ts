// What goes wrong with WebSockets.

import { AsyncioError } from '../../asyncio.ts';
import { defineError } from '../../lowlevel.ts';

/** The connection is closed: there are no more messages, and none can be sent. `closeCode` and `reason` are those of the
 * closing handshake: 1000 and 1001 as it should be, 1005 where the other side gave no code, 1006 where the connection was
 * lost without a word.
 * @example
 * ```ts
 * import { WebSocketClosedError } from 'asyncio-ts/http';
 * const error = new WebSocketClosedError(1001, 'going away');
 * console.log(error.closeCode, error.message); // -> 1001 the WebSocket is closed: 1001 going away
 * ```
 */
export class WebSocketClosedError extends AsyncioError {
  readonly closeCode: number;
  readonly reason: string;

  constructor(closeCode: number, reason: string, options?: ErrorOptions) {
    super(
      'ERR_ASYNCIO_WEBSOCKET_CLOSED',
      `the WebSocket is closed: ${`${closeCode} ${reason}`.trimEnd()}`,
      options,
    );
    this.closeCode = closeCode;
    this.reason = reason;
  }
}
defineError(WebSocketClosedError, 'WebSocketClosedError');

/** The server did not agree to a WebSocket. `status` is that of its response, undefined where there was none.
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connectWebSocket, serve, WebSocketHandshakeError } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(() => new Response('no', { status: 403 }), { host: '127.0.0.1' });
 *   try { await connectWebSocket(`ws://127.0.0.1:${server.port}`); } catch (error) {
 *     if (error instanceof WebSocketHandshakeError) console.log(error.status); // -> 403
 *   }
 * });
 * ```
 */
export class WebSocketHandshakeError extends AsyncioError {
  readonly status: number | undefined;

  constructor(message: string, options: ErrorOptions & { readonly status?: number | undefined } = {}) {
    super('ERR_ASYNCIO_WEBSOCKET_HANDSHAKE', message, options);
    this.status = options.status;
  }
}
defineError(WebSocketHandshakeError, 'WebSocketHandshakeError');

/** What the driver found wrong with what came, as the code that the other side is told. */
export function codeOfFault(code: unknown): number {
  if (code === 'WS_ERR_INVALID_UTF8') return 1007;
  if (code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') return 1009;
  return String(code).startsWith('WS_ERR_') ? 1002 : 1006;
}
