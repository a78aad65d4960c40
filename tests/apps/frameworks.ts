// The smallest server of each framework: GET /ID does the work for ID as a task.

import { createServer } from 'node:http';
import type { Server } from 'node:http';

type Import = <T>(name: string) => Promise<T>;
type Work = (id: string) => Promise<string>;
// The frameworks' types are checked where the pages are.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;

const idOf = (url: string | undefined): string => (url ?? '').slice(1);

export const frameworks: Readonly<
  Record<string, (load: Import, middleware: Any, work: Work) => Promise<Server>>
> = {
  async express(load, expressTasks, work) {
    const { default: express } = await load<Any>('express');
    const app = expressTasks(express());
    const router = expressTasks(express.Router());
    router.get('/:id', [
      async (request: Any, response: Any) => response.send(await work(request.params.id)),
    ]);
    app.use((_request: Any, _response: Any, next: () => void) => next());
    app.use('/', router);
    return app.listen(0, '127.0.0.1');
  },
  async koa(load, koaTasks, work) {
    const { default: Koa } = await load<Any>('koa');
    const app = new Koa();
    app.use(koaTasks());
    app.use(async (context: Any) => {
      context.body = await work(idOf(context.url));
    });
    return app.listen(0, '127.0.0.1');
  },
  async fastify(load, fastifyTasks, work) {
    const { default: fastify } = await load<Any>('fastify');
    const app = fastify();
    fastifyTasks(app);
    app.get('/:id', async (request: Any) => await work(request.params.id));
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
  async hono(load, honoTasks, work) {
    const { Hono } = await load<Any>('hono');
    const { serve } = await load<Any>('@hono/node-server');
    const app = new Hono();
    app.use(honoTasks());
    app.get('/:id', async (context: Any) => context.text(await work(context.req.param('id'))));
    app.onError((_error: unknown, context: Any) => context.body(null, 408));
    return serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  },
  async http(_load, _none, work) {
    const { spawn } = await import('asyncio-ts');
    return createServer((request, response) => {
      const task = spawn(async () => response.end(await work(idOf(request.url))), { client: response });
      task.catch(() => response.destroy());
    }).listen(0, '127.0.0.1');
  },
};
