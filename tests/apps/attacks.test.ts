// expressTasks, fastifyTasks, koaTasks: handlers that do what nobody should, each with the real framework. What comes
// of it is what the framework does without tasks.

import '../harness.ts';
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { get } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { test } from 'node:test';
import { currentTask, isCancelled, sleep } from '../../src/asyncio.ts';
import { expressTasks, fastifyTasks, koaTasks } from '../../src/http/http.ts';
import { importPeer, missingPeers } from '../peers.ts';

// The frameworks' types are checked where the pages are.
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;
/** What the handlers tell. */
type Told = string[];

async function* pieces(told: Told, count: number): AsyncGenerator<string> {
  try {
    for (let index = 0; index < count; index++) {
      yield 'x';
      await sleep(1);
    }
    told.push('all');
  } catch (error) {
    told.push(isCancelled(error) ? 'cancelled' : String(error));
    throw error;
  }
}

const work: Readonly<Record<string, () => Promise<string>>> = {
  async boom() {
    await sleep(0);
    throw new Error('boom');
  },
  async nothing() {
    await sleep(0);
    // As a library of somebody else's may.
    // oxlint-disable-next-line typescript/only-throw-error
    throw undefined;
  },
};

const apps: Readonly<Record<string, (told: Told) => Promise<Server>>> = {
  async express(told) {
    const { default: express } = await importPeer<Any>('express');
    const app = expressTasks(express());
    app.set('env', 'test');
    for (const [name, act] of Object.entries(work))
      app.get(`/${name}`, async (_request: Any, response: Any) => response.send(await act()));
    app.get('/late', async (_request: Any, response: Any) => {
      await written(response);
      throw new Error('late');
    });
    app.get('/stream', async (_request: Any, response: Any) => {
      await pipeline(Readable.from(pieces(told, 3)), response);
    });
    app.get('/endless', async (_request: Any, response: Any) => {
      await pipeline(Readable.from(pieces(told, 1e6)), response);
    });
    app.get('/callback', (_request: Any, response: Any) =>
      setImmediate(() => response.send('called back')),
    );
    const [router, inner] = [expressTasks(express.Router()), expressTasks(express.Router())] as Any[];
    inner.get('/deep', async (_request: Any, response: Any) => response.send(currentTask()?.getName()));
    router.use('/b', inner);
    app.use('/a', router);
    app.get(/.*/, (_request: Any, response: Any) => response.send('the next handler'));
    app.use(async (error: Any, _request: Any, response: Any, next: Any) => {
      await sleep(0);
      if (response.headersSent) next(error);
      else response.status(500).send('failed');
    });
    return app.listen(0, '127.0.0.1');
  },
  async fastify(told) {
    const { default: fastify } = await importPeer<Any>('fastify');
    const app = fastifyTasks(fastify());
    for (const [name, act] of Object.entries(work)) app.get(`/${name}`, async () => await act());
    app.get('/late', async (_request: Any, reply: Any) => {
      await written(reply.raw);
      throw new Error('late');
    });
    app.get('/stream', async () => Readable.from(pieces(told, 3)));
    app.get('/endless', async () => Readable.from(pieces(told, 1e6)));
    app.get('/callback', (_request: Any, reply: Any) => {
      setImmediate(() => reply.send('called back'));
    });
    app.register(async (inner: Any) => inner.get('/deep', async () => currentTask()?.getName()), {
      prefix: '/a/b',
    });
    app.setErrorHandler(async (_error: Any, _request: Any, reply: Any) => {
      await Promise.resolve();
      reply.code(500);
      return 'failed';
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    return app.server;
  },
  async koa(told) {
    const { default: Koa } = await importPeer<Any>('koa');
    const app = new Koa();
    app.on('error', () => {});
    app.use(koaTasks());
    app.use(async (context: Any) => {
      const name = context.path.slice(1);
      if (work[name] !== undefined) context.body = await work[name]();
      else if (name === 'late') {
        await written(context.res);
        context.res.destroy();
        throw new Error('late');
      } else if (name === 'a/b/deep') context.body = currentTask()?.getName();
      else if (name === 'callback')
        context.body = await new Promise((resolve) => void setImmediate(resolve, 'called back'));
      else {
        context.respond = false;
        await pipeline(Readable.from(pieces(told, name === 'stream' ? 3 : 1e6)), context.res);
      }
    });
    return app.listen(0, '127.0.0.1');
  },
};

/** Half a response, which has left. */
async function written(response: ServerResponse): Promise<void> {
  await new Promise<void>((resolve) => void response.write('half', () => resolve()));
  await sleep(1);
}

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
  readonly whole: boolean;
}

async function ask(server: Server, path: string): Promise<Answer> {
  const { port } = server.address() as AddressInfo;
  const asked = get({ port, path, agent: false });
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  let body = '';
  response.setEncoding('utf8').on('data', (text: string) => (body += text));
  response.on('error', () => {});
  await new Promise((resolve) => void response.on('close', resolve));
  return { status: response.statusCode, body, whole: response.complete };
}

for (const [name, open] of Object.entries(apps)) {
  test(
    `${name}Tasks: what handlers should not do ends as without tasks`,
    { skip: missingPeers(name) },
    async () => {
      const told: Told = [];
      const server = await open(told);
      if (!server.listening) await once(server, 'listening');
      try {
        assert.equal((await ask(server, '/boom')).status, 500);
        if (name === 'koa') {
          // To Koa itself it is no error.
        } else assert.equal((await ask(server, '/nothing')).status, 500, 'undefined is thrown');
        const late = await ask(server, '/late');
        assert.equal(late.whole, false, 'an error behind the head cuts the response');
        assert.equal((await ask(server, '/callback')).body, 'called back');
        assert.match((await ask(server, '/a/b/deep')).body, /^GET .*\/deep$/);
        assert.deepEqual([(await ask(server, '/stream')).body, told.splice(0)], ['xxx', ['all']]);
        const { port } = server.address() as AddressInfo;
        const asked = get({ port, path: '/endless', agent: false });
        const [response] = (await once(asked, 'response')) as [IncomingMessage];
        await once(response, 'data');
        response.destroy();
        while (told.length === 0) await new Promise((resolve) => void setTimeout(resolve, 1));
        assert.deepEqual(told, ['cancelled'], 'a cancel reaches the stream');
      } finally {
        server.closeAllConnections();
        await new Promise((resolve) => void server.close(resolve));
      }
    },
  );
}
