// Hono: a middleware whose `next` is the whole chain behind it. It works wherever a request's signal is aborted when the client
// goes away: on Node through @hono/node-server, on Bun, on Deno. On `serve` of this library each request is a task already.

import { spawn } from '../../asyncio.ts';

/** What is used of a context of Hono. */
export interface HonoContextLike {
  readonly req: {
    readonly method: string;
    readonly path: string;
    readonly raw: { readonly signal: AbortSignal };
  };
}

/** A middleware of Hono that makes each request a task, with all of the chain behind it: it is cancelled when the client goes
 * away, `currentTask()` is it, and each request has its own context variables. Use it first, and give `onError` an answer for a
 * `CancelledError`, which Hono turns into a response of its own.
 * @example
 * ```ts no-run
 * import { Hono } from 'hono';
 * import { honoTasks } from 'asyncio-ts/http';
 * const app = new Hono();
 * app.use(honoTasks());
 * ```
 */
export function honoTasks(): (context: HonoContextLike, next: () => Promise<void>) => Promise<void> {
  return async (context, next) => {
    const { method, path, raw } = context.req;
    await spawn(next, { signal: raw.signal, name: `${method} ${path}` });
  };
}
