// serve: an HTTP server whose requests are tasks.

import { spawn } from '../../asyncio.ts';
import { isInTask } from '../../lowlevel.ts';
import type { HttpServer } from './httpServer.ts';
import { ServerLife } from './serverLife.ts';
import { checkServeOptions, handlerOf, policiesOf } from './serveOptions.ts';
import type { FetchApp, HttpHandler, HttpServeOptions } from './serveOptions.ts';

/** Serves HTTP: `handler` is called with the platform's `Request` and returns its `Response`, each time in a task of its own,
 * which is cancelled when the client goes away. An app of Hono, itty-router or any other that has such a `fetch` is a handler,
 * too.
 *
 * Inside of a task or callback it runs on the loop there; elsewhere on the thread's own, as {@link spawn} does, and the process
 * lives until it is shut down. What the handler throws is answered 500 and reported; an {@link HttpError} is its own response.
 * @throws AddressInUseError and other OSErrors that name the address; what the lifespan throws
 * @throws InvalidArgumentError for options that make no sense
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * import { serve } from 'asyncio-ts/http';
 * await run(async () => {
 *   await using server = await serve(
 *     async (request) => {
 *       await sleep(1); // cancelled when the client goes away
 *       return new Response(`you asked for ${new URL(request.url).pathname}`);
 *     },
 *     { host: '127.0.0.1', port: 0 },
 *   );
 *   console.log(await (await fetch(`${server.url}tea`)).text()); // -> you asked for /tea
 * });
 * ```
 */
export async function serve<S = undefined>(
  handler: HttpHandler<S> | FetchApp<S>,
  options: HttpServeOptions<S> = {},
): Promise<HttpServer<S>> {
  const answer = handlerOf(handler);
  checkServeOptions(options);
  const policies = policiesOf(options);
  const open = async (): Promise<HttpServer<S>> => {
    const server = new ServerLife(answer, policies, options);
    await server._open();
    return server;
  };
  return await (isInTask() ? open() : spawn(open, { name: 'serve' }));
}
