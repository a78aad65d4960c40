// Express: each handler and middleware is a task, which is cancelled when the client goes away.
//
// 1. `next()` tells nobody when what is behind it has ended, so that a middleware can't wait for the rest of the chain, and a
//    task that did not wait would end before a handler's cleanup. So each function of the chain is a task of its own; what
//    `next()` calls sees the context variables of who called it.
// 2. All ways to add a function lead through `use` and `route`, of an app and of a router, in Express 4 and 5.
// 3. Routers and apps are left as they are: their own functions are the tasks.

import { METHODS } from 'node:http';
import { InvalidArgumentError, isCancelled, spawn } from '../../asyncio.ts';
import type { LeavingClient } from '../../asyncio.ts';

/** An app or router of Express. */
export interface ExpressLike {
  use: (...handlers: never[]) => unknown;
  route: (path: never) => unknown;
}

interface ExpressRequest {
  readonly method: string;
  readonly path: string;
}

type Response = LeavingClient & { readonly destroyed: boolean };
type Next = (error?: unknown) => void;
type Handler = (...args: unknown[]) => unknown;

const adding: ReadonlySet<string> = new Set(['all', ...METHODS.map((method) => method.toLowerCase())]);

/** Makes each handler and middleware that is added from now on to an app or router of Express, 4 or 5, a task: it is cancelled
 * when the client goes away, `currentTask()` is it, and each request has its own context variables. What it throws goes to
 * `next`. Call it before the routes are added, and for each router too.
 * @returns the app or router
 * @throws InvalidArgumentError for what is neither
 * @example
 * ```ts no-run
 * import express from 'express';
 * import { timeout } from 'asyncio-ts';
 * import { expressTasks } from 'asyncio-ts/http';
 * const app = expressTasks(express());
 * app.get('/price', async (request, response) => {
 *   response.json(await timeout(500, () => priceOf(request.query.item)));
 * });
 * ```
 */
export function expressTasks<A extends ExpressLike>(app: A): A {
  const target = app as unknown as Record<'use' | 'route', Handler> | undefined;
  if (typeof target?.use !== 'function' || typeof target.route !== 'function')
    throw new InvalidArgumentError(
      'app',
      'expressTasks takes an app or a router of Express: expressTasks(app), before its routes',
    );
  wrapArguments(target, 'use');
  const { route } = target;
  target.route = (...args) => {
    const made = route.apply(app, args) as Record<string, Handler>;
    for (const name of adding) if (typeof made[name] === 'function') wrapArguments(made, name);
    return made;
  };
  return app;
}

function wrapArguments(target: Record<string, Handler>, name: string): void {
  const add = target[name] as Handler;
  target[name] = (...args) => add.apply(target, args.map(wrap));
}

function wrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(wrap);
  if (typeof value !== 'function' || 'handle' in value) return value;
  const handler = value as Handler;
  const run = async (
    request: ExpressRequest,
    response: Response,
    next: Next,
    args: unknown[],
  ): Promise<void> => {
    const name = `${request.method} ${request.path}`;
    try {
      await spawn(async () => await handler(...args), { client: response, name });
    } catch (error) {
      // There is nobody left to tell. To Express nothing at all is no error: it would go on with the next handler.
      if (!isCancelled(error) || !response.destroyed) next(error || new Error(`threw ${String(error)}`));
    }
  };
  // Express knows those that deal with errors by the number of their parameters.
  return handler.length > 3
    ? (error: unknown, request: ExpressRequest, response: Response, next: Next) =>
        void run(request, response, next, [error, request, response, next])
    : (request: ExpressRequest, response: Response, next: Next) =>
        void run(request, response, next, [request, response, next]);
}
