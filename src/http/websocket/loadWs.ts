// The driver of WebSockets, an optional peer: its framing, masking, compression and checks.

import type * as Ws from 'ws';
import { UnsupportedError } from '../../asyncio.ts';

export type WsModule = typeof Ws;
export type WsSocket = Ws.WebSocket;

let loaded: WsModule | undefined;

/** @throws UnsupportedError when it is not installed */
export async function loadWs(): Promise<WsModule> {
  if (loaded !== undefined) return loaded;
  try {
    loaded = await import('ws');
    return loaded;
  } catch (cause) {
    throw new UnsupportedError('WebSockets need the package ws: npm install ws', { cause });
  }
}
