// Tests of the server on every engine that this host has.

import { test } from 'node:test';
import { run } from '../../src/asyncio.ts';
import { chooseBackend } from '../../src/lowlevel.ts';
import { serve } from '../../src/http/http.ts';
import type { FetchApp, HttpHandler, HttpServeOptions, HttpServer } from '../../src/http/http.ts';

export type EngineName = 'asyncio' | 'node';

/** The loop's own transports are those of the selector backend. */
export const engines: readonly EngineName[] =
  chooseBackend().name === 'selector' ? ['asyncio', 'node'] : ['node'];

/** Listens on this machine, on the engine of the test. */
export type ServeHere = <S = undefined>(
  handler: HttpHandler<S> | FetchApp<S>,
  options?: HttpServeOptions<S>,
) => Promise<HttpServer<S>>;

/** A test on each engine, in a loop of its own. */
export function onEngines(
  title: string,
  body: (serveHere: ServeHere, engine: EngineName) => Promise<unknown>,
  skip: string | false = false,
): void {
  for (const engine of engines) {
    test(`${title} (${engine})`, { skip }, async () => {
      await run(async () => {
        await body((handler, options) => serve(handler, { host: '127.0.0.1', engine, ...options }), engine);
      });
    });
  }
}
