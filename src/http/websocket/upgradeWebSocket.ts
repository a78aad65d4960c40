// upgradeWebSocket: a request becomes a WebSocket, which lives in the request's task.
//
// 1. What is wrong with the request is an HttpError before anything was sent: 426, 400, 403.
// 2. When the handler returns the connection is closed with 1000, when it fails with 1011, when it is cancelled by the
//    server's end with 1001. When the server shuts down it says 1001 at once, and the iteration ends.
// 3. A client that closes in good order ends the iteration; one that is lost cancels the task, as for any request. A handler
//    that fails only because the other side has closed has not failed.

import { getRunningLoop, UsageError } from '../../asyncio.ts';
import { checkOptionNames } from '../../lowlevel.ts';
import type { IncomingMessage } from 'node:http';
import type { Exchange, Upgraded } from '../engine/exchange.ts';
import { exchangeOf } from '../message/request.ts';
import { HttpError } from '../serve/httpError.ts';
import type { Guest, Host } from '../serve/guest.ts';
import { loadWs } from './loadWs.ts';
import type { WsModule, WsSocket } from './loadWs.ts';
import { WebSocketConnection } from './webSocketConnection.ts';
import { WEBSOCKET_NAMES, webSocketLimits } from './webSocketOptions.ts';
import type { WebSocketLimits, WebSocketOptions } from './webSocketOptions.ts';

/** Options of {@link upgradeWebSocket}.
 * @example
 * ```ts
 * import type { UpgradeOptions } from 'asyncio-ts/http';
 * const options: UpgradeOptions = { protocols: ['chat.v2', 'chat.v1'], origins: ['https://example.org'] };
 * console.log(options.protocols?.[0]); // -> chat.v2
 * ```
 */
export interface UpgradeOptions extends WebSocketOptions {
  /** Subprotocols, the best first: the first that the client offers, too, is taken. None of them is no fault. */
  protocols?: readonly string[] | undefined;
  /** From which pages a browser may connect: their origins. All by default: cookies prove nothing then, since any page can
   * open a WebSocket with them. */
  origins?: readonly string[] | undefined;
}

const NAMES: Readonly<Record<keyof UpgradeOptions, true>> = {
  ...WEBSOCKET_NAMES,
  protocols: true,
  origins: true,
};

/** Makes a WebSocket of a request that asks for one. `request` is the one that the handler was given.
 * @throws HttpError where the client asks for none (426), asks wrongly (400) or from elsewhere (403); UnsupportedError
 * without the package `ws`; UsageError for a request that is none of {@link serve}'s, or was answered already
 * @example
 * ```ts
 * import { run, taskGroup, Queue } from 'asyncio-ts';
 * import { connectWebSocket, serve, upgradeWebSocket, WebSocketClosedError } from 'asyncio-ts/http';
 * const rooms = new Set<Queue<string>>();
 * await run(async () => {
 *   await using server = await serve(async (request) => {
 *     const socket = await upgradeWebSocket(request);
 *     const queue = new Queue<string>(100);
 *     rooms.add(queue);
 *     try {
 *       await taskGroup(async (group) => {
 *         group.startSoon(async () => {
 *           try {
 *             for await (const text of queue) await socket.send(text);
 *           } catch (error) {
 *             // It has closed: the loop below ends by itself, behind the last message.
 *             if (!(error instanceof WebSocketClosedError)) throw error;
 *           }
 *         });
 *         for await (const message of socket) for (const room of rooms) await room.put(String(message));
 *         queue.shutdown();
 *       });
 *     } finally {
 *       rooms.delete(queue);
 *     }
 *     return socket.response;
 *   }, { host: '127.0.0.1' });
 *   await using ada = await connectWebSocket(`ws://127.0.0.1:${server.port}`);
 *   await ada.send('is anybody here?');
 *   console.log(await ada.receive()); // -> is anybody here?
 * });
 * ```
 */
export async function upgradeWebSocket(
  request: Request,
  options: UpgradeOptions = {},
): Promise<WebSocketConnection> {
  checkOptionNames(options, NAMES, 'upgradeWebSocket');
  const limits = webSocketLimits(options);
  const exchange = exchangeOf(request);
  if (exchange === undefined)
    throw new UsageError('upgradeWebSocket takes the very Request that serve gave to the handler');
  checkHandshake(exchange, options.origins);
  const ws = await loadWs();
  const loop = getRunningLoop();
  const upgraded = await exchange.upgrade();
  const host = exchange.tag as Host;
  const socket = await shakeHands(ws, exchange, upgraded, limits, options.protocols ?? []);
  const connection = new WebSocketConnection(socket, loop, limits, `from ${exchange.host}`, () =>
    host.clientGone(),
  );
  host.adopt(new WebSocketGuest(connection));
  return connection;
}

class WebSocketGuest implements Guest {
  readonly #connection: WebSocketConnection;

  constructor(connection: WebSocketConnection) {
    this.#connection = connection;
  }

  goAway(): void {
    this.#connection.beginClose(1001, 'the server shuts down');
  }

  async end(outcome: 'answered' | 'failed' | 'cancelled'): Promise<void> {
    await this.#connection.finish(outcome === 'answered' ? 1000 : outcome === 'failed' ? 1011 : 1001);
  }
}

/** RFC 6455, 4.2.1. @throws HttpError */
function checkHandshake(exchange: Exchange, origins: readonly string[] | undefined): void {
  if (exchange.method !== 'GET' || exchange.upgradeTo?.toLowerCase() !== 'websocket')
    throw new HttpError(426, 'this is a WebSocket', {
      headers: { upgrade: 'websocket', connection: 'upgrade' },
    });
  if (exchange.field('sec-websocket-version')?.trim() !== '13')
    throw new HttpError(426, 'version 13 of the protocol only', {
      headers: { 'sec-websocket-version': '13' },
    });
  if (!/^[+/\dA-Za-z]{22}==$/.test(exchange.field('sec-websocket-key')?.trim() ?? ''))
    throw new HttpError(400, 'no good sec-websocket-key');
  const origin = exchange.field('origin');
  if (origins !== undefined && (origin === undefined || !origins.includes(origin)))
    throw new HttpError(403, 'not from this page');
}

async function shakeHands(
  { WebSocketServer }: WsModule,
  exchange: Exchange,
  { socket, head, request }: Upgraded,
  limits: WebSocketLimits,
  protocols: readonly string[],
): Promise<WsSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: Number.isFinite(limits.maxMessageSize) ? limits.maxMessageSize : 0,
    perMessageDeflate: limits.compression,
    handleProtocols: (offered) => protocols.find((protocol) => offered.has(protocol)) ?? false,
  });
  const asked =
    request ??
    ({ method: exchange.method, url: exchange.target, headers: headersOf(exchange) } as IncomingMessage);
  return await new Promise((resolve, reject) => {
    socket.once('close', () => reject(new HttpError(400, 'the handshake of the WebSocket failed')));
    server.handleUpgrade(asked, socket, head, resolve);
  });
}

function headersOf({ fields }: Exchange): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let index = 0; index + 1 < fields.length; index += 2) {
    const name = fields[index] as string;
    const before = headers[name];
    const value = fields[index + 1] as string;
    headers[name] = before === undefined ? value : `${before}, ${value}`;
  }
  return headers;
}
