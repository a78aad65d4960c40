// HTTP/1 on the library's own transports.

import { getRunningLoop } from '../../../asyncio.ts';
import type { EventLoop } from '../../../asyncio.ts';
import type { Engine } from '../exchange.ts';
import { AsyncioServer } from './asyncioServer.ts';
import { llhttp } from './loadLlhttp.ts';

/** Why the engine can't be had here. */
export interface NoEngine {
  readonly fault: string;
  /** What is missing could be installed. */
  readonly wanted: boolean;
}

/** The engine, if the loop has transports of its own. */
export function asyncioEngine(loop: EventLoop): Engine | NoEngine {
  const { name, reason } = loop.backend;
  if (name !== 'selector') return { fault: reason, wanted: false };
  const parser = llhttp();
  if ('fault' in parser) {
    const hint = "its parser comes with undici: npm install undici, or ask for engine: 'node'";
    return { fault: `${parser.fault}; ${hint}`, wanted: true };
  }
  return {
    name: 'asyncio',
    async serve(options, onExchange) {
      const server = new AsyncioServer(getRunningLoop(), parser, options, onExchange);
      await server.listen();
      return server;
    },
  };
}
