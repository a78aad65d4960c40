// connectWebSocket: the client's end.

import { Future, getRunningLoop } from '../../asyncio.ts';
import type { Duration } from '../../asyncio.ts';
import { checkOptionNames, fromHostError, toMilliseconds } from '../../lowlevel.ts';
import type { IncomingMessage } from 'node:http';
import type { ConnectionOptions } from 'node:tls';
import { loadWs } from './loadWs.ts';
import { WebSocketConnection } from './webSocketConnection.ts';
import { WebSocketHandshakeError } from './webSocketErrors.ts';
import { WEBSOCKET_NAMES, webSocketLimits } from './webSocketOptions.ts';
import type { WebSocketOptions } from './webSocketOptions.ts';

/** Options of {@link connectWebSocket}.
 * @example
 * ```ts
 * import type { ConnectWebSocketOptions } from 'asyncio-ts/http';
 * const options: ConnectWebSocketOptions = { protocols: ['chat.v1'], headers: { authorization: 'Bearer x' } };
 * console.log(options.protocols); // -> [ 'chat.v1' ]
 * ```
 */
export interface ConnectWebSocketOptions extends WebSocketOptions {
  /** Subprotocols to offer. */
  protocols?: readonly string[] | undefined;
  /** In addition, for the handshake. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** How long connecting and the handshake may take, in milliseconds; 10,000 by default. */
  openTimeout?: Duration | undefined;
  /** For `wss:`, as of `node:tls`: `ca`, `cert`, `key`, `rejectUnauthorized`, … */
  tls?: ConnectionOptions | undefined;
}

const NAMES: Readonly<Record<keyof ConnectWebSocketOptions, true>> = {
  ...WEBSOCKET_NAMES,
  protocols: true,
  headers: true,
  openTimeout: true,
  tls: true,
};

/** Connects to the WebSocket at `url`, `ws:` or `wss:`. A cancel gives the attempt up.
 * @throws ConnectionError and other OSErrors; WebSocketHandshakeError when the server does not agree
 * @throws UnsupportedError without the package `ws`
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { connectWebSocket, serve, upgradeWebSocket } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(async (request) => {
 *     const socket = await upgradeWebSocket(request, { protocols: ['upper'] });
 *     for await (const message of socket) await socket.send(String(message).toUpperCase());
 *     return socket.response;
 *   }, { host: '127.0.0.1' });
 *   await using socket = await connectWebSocket(`ws://127.0.0.1:${server.port}`, { protocols: ['upper'] });
 *   await socket.send('hello');
 *   console.log(socket.protocol, await socket.receive()); // -> upper HELLO
 * });
 * ```
 */
export async function connectWebSocket(
  url: string | URL,
  options: ConnectWebSocketOptions = {},
): Promise<WebSocketConnection> {
  checkOptionNames(options, NAMES, 'connectWebSocket');
  const limits = webSocketLimits(options);
  const { WebSocket } = await loadWs();
  const loop = getRunningLoop();
  const ws = new WebSocket(url, [...(options.protocols ?? [])], {
    ...options.tls,
    headers: { ...options.headers },
    handshakeTimeout: toMilliseconds(options.openTimeout ?? 10_000, 'openTimeout'),
    maxPayload: Number.isFinite(limits.maxMessageSize) ? limits.maxMessageSize : 0,
    perMessageDeflate: limits.compression,
  });
  const opened = new Future<void>({ loop });
  const fail = (error: unknown): void => {
    if (!opened.done()) opened.setException(error);
  };
  ws.on('unexpected-response', (_request: unknown, response: IncomingMessage) => {
    const { statusCode, statusMessage } = response;
    fail(
      new WebSocketHandshakeError(`the server said ${statusCode} ${statusMessage ?? ''}`.trimEnd(), {
        status: statusCode,
      }),
    );
    response.destroy();
  });
  ws.on('error', (error) => fail(handshakeError(error)));
  ws.once('close', () => fail(new WebSocketHandshakeError('the server closed the connection')));
  // Made in the very event: what the server says at once must not be missed.
  let connection: WebSocketConnection | undefined;
  ws.once('open', () => {
    if (opened.done()) return;
    connection = new WebSocketConnection(ws, loop, limits, `to ${ws.url}`, () => {});
    opened.setResult();
  });
  try {
    await opened;
  } catch (error) {
    ws.terminate();
    throw error;
  }
  return connection as unknown as WebSocketConnection;
}

function handshakeError(error: Error): Error {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall !== undefined || /^E[A-Z]+$/.test(code ?? '')) return fromHostError(error) as Error;
  const status = /(?:Unexpected server response: |Expected 101 status code, got )(\d+)/i.exec(
    error.message,
  )?.[1];
  return new WebSocketHandshakeError(error.message, {
    cause: error,
    status: status === undefined ? undefined : Number(status),
  });
}
