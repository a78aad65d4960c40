// HTTP/1 on the library's own transports.

import { getRunningLoop } from '../../../asyncio.ts';
import type { Engine } from '../exchange.ts';
import { AsyncioServer } from './asyncioServer.ts';
import { llhttp } from './loadLlhttp.ts';

/** The engine, or why it can't be had here. */
export function asyncioEngine(): Engine | { readonly fault: string } {
  const parser = llhttp();
  if ('fault' in parser) return parser;
  return {
    name: 'asyncio',
    async serve(options, onExchange) {
      const server = new AsyncioServer(getRunningLoop(), parser, options, onExchange);
      await server.listen();
      return server;
    },
  };
}
