// Koa: a middleware whose `next` is the whole chain behind it, so that a request is one task.

import { isCancelled, spawn } from '../../asyncio.ts';
import type { LeavingClient } from '../../asyncio.ts';

/** What is used of a context of Koa. */
export interface KoaContextLike {
  readonly method: string;
  readonly path: string;
  readonly res: LeavingClient & { readonly destroyed: boolean };
  respond?: boolean | undefined;
}

/** A middleware of Koa that makes each request a task, with all of the chain behind it: it is cancelled when the client goes
 * away, `currentTask()` is it, and each request has its own context variables. Use it first.
 * @example
 * ```ts no-run
 * import Koa from 'koa';
 * import { koaTasks } from 'asyncio-ts/http';
 * const app = new Koa();
 * app.use(koaTasks());
 * ```
 */
export function koaTasks(): (context: KoaContextLike, next: () => Promise<unknown>) => Promise<void> {
  return async (context, next) => {
    try {
      await spawn(next, { client: context.res, name: `${context.method} ${context.path}` });
    } catch (error) {
      if (!isCancelled(error) || !context.res.destroyed) throw error;
      context.respond = false; // there is nobody left to tell
    }
  };
}
