// Fastify: the handler of each route is a task. Hooks before it, and what reads and checks the body, are Fastify's.
//
// 1. A handler that returns nothing, and no promise, will call `reply.send` later: the reply is what is waited for, as Fastify
//    does with such a handler.
// 2. A stream is sent in the task, which ends with it: the generator behind it may wait for the library's, and a cancel
//    reaches it there.

import { InvalidArgumentError, isCancelled, spawn } from '../../asyncio.ts';
import type { LeavingClient } from '../../asyncio.ts';

/** An instance of Fastify. */
export interface FastifyLike {
  addHook: (...hook: never[]) => unknown;
}

/** It can be awaited: until the response has ended. */
interface Reply extends PromiseLike<void> {
  readonly raw: LeavingClient & { readonly destroyed: boolean };
  readonly sent: boolean;
  send(body: unknown): unknown;
  hijack(): unknown;
}

interface Route {
  /** Of @fastify/websocket: its handlers are given sockets. */
  readonly websocket?: boolean | undefined;
  handler: (this: unknown, request: Asked, reply: Reply) => PromiseLike<unknown> | undefined;
}

/** What is to be sent: by Fastify, or it is by somebody else, sooner or later. */
interface Answer {
  readonly value?: unknown;
  readonly later?: boolean;
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
    const { handler, websocket } = route;
    if (websocket === true) return;
    route.handler = async function asTask(request, reply) {
      const answer = async (): Promise<Answer> => {
        const returned = handler.call(this, request, reply);
        if (returned === undefined) return { later: true };
        const value = await returned;
        if (!isStream(value) || reply.sent) return { value };
        reply.send(value);
        await reply;
        return { later: true };
      };
      try {
        const name = `${request.method} ${request.url}`;
        const { later, value } = await spawn(answer, { client: reply.raw, name });
        return later === true ? reply : value;
      } catch (error) {
        if (isCancelled(error) && reply.raw.destroyed) return reply.hijack(); // there is nobody left to tell
        throw error;
      }
    };
  });
  return app;
}

/** Of Node's, or the platform's. */
function isStream(value: unknown): boolean {
  const { pipe, getReader } = (value ?? {}) as { readonly pipe?: unknown; readonly getReader?: unknown };
  return typeof pipe === 'function' || typeof getReader === 'function';
}
