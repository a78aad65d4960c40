// A request as the platform's Request.

import type { Exchange } from '../engine/exchange.ts';

export function requestOf(exchange: Exchange, signal: () => AbortSignal): Request {
  const headers = new Headers();
  const { fields } = exchange;
  for (let i = 0; i < fields.length; i += 2) headers.append(fields[i] as string, fields[i + 1] as string);
  const base = `${exchange.connection.secure ? 'https' : 'http'}://${exchange.host || 'localhost'}`;
  const url = exchange.target.startsWith('/')
    ? base + exchange.target
    : new URL(exchange.target, base).href;
  const body =
    exchange.hasBody && exchange.method !== 'GET' && exchange.method !== 'HEAD'
      ? new ReadableStream(
          {
            pull: async (controller) => {
              const bytes = await exchange.readBody();
              if (bytes === undefined) controller.close();
              else controller.enqueue(new Uint8Array(bytes));
            },
            cancel: () => exchange.discardBody(),
          },
          { highWaterMark: 0 },
        )
      : undefined;
  const request = new Request(url, {
    method: exchange.method,
    headers,
    signal: signal(),
    ...(body && { body, duplex: 'half' }),
  });
  return request;
}
