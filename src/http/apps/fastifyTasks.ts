// Fastify: the handler of each route is a task. Hooks before it, and what reads and checks the body, are Fastify's.

import { InvalidArgumentError, isCancelled, spawn } from '../../asyncio.ts';
import type { LeavingClient } from '../../asyncio.ts';

/** An instance of Fastify. */
export interface FastifyLike {
  addHook: (...hook: never[]) => unknown;
}

interface Reply {
  readonly raw: LeavingClient & { readonly destroyed: boolean };
  hijack(): unknown;
}

interface Route {
  handler: (this: unknown, request: Asked, reply: Reply) => unknown;
}

interface Asked {
  readonly method: string;
  readonly url: string;
}

/** Makes the handlers of all routes that are added from now on tasks: each is cancelled when its client goes away,
 * `currentTask()` is it, and each request has its own context variables. Call it before the routes are added.
 * @returns the instance
 * @throws InvalidArgumentError for what is no instance of Fastify
 * @example
 * ```ts no-run
 * import Fastify from 'fastify';
 * import { fastifyTasks } from 'asyncio-ts/http';
 * const app = fastifyTasks(Fastify());
 * app.get('/price', async () => await priceOf('tea'));
 * ```
 */
export function fastifyTasks<A extends FastifyLike>(app: A): A {
  if (typeof (app as Partial<A> | undefined)?.addHook !== 'function')
    throw new InvalidArgumentError(
      'app',
      'fastifyTasks takes an instance of Fastify: fastifyTasks(app), before its routes',
    );
  const { addHook } = app as unknown as {
    addHook: (name: string, hook: (route: Route) => void) => unknown;
  };
  addHook.call(app, 'onRoute', (route) => {
    const { handler } = route;
    route.handler = async function asTask(request, reply) {
      try {
        const name = `${request.method} ${request.url}`;
        return await spawn(async () => await handler.call(this, request, reply), {
          client: reply.raw,
          name,
        });
      } catch (error) {
        if (isCancelled(error) && reply.raw.destroyed) return reply.hijack(); // there is nobody left to tell
        throw error;
      }
    };
  });
  return app;
}
