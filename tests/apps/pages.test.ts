// What the pages of docs/apps tell their readers to copy: it type checks, and does what its page says.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import '../harness.ts';
import { root } from '../../scripts/runtime.mjs';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { missingPeers } from '../peers.ts';
import { AppFolder, filesOf } from './pages.ts';
import { startStock } from './stock.ts';
import type { Stock } from './stock.ts';

const pages = readdirSync(join(root, 'docs', 'apps')).map((file) => basename(file, '.md'));
const needs: Readonly<Record<string, readonly string[]>> = {
  express: ['express', '@types/express'],
  koa: ['koa', '@types/koa'],
  fastify: ['fastify'],
  hono: ['hono', '@hono/node-server'],
  next: ['next'],
  ws: ['ws', '@types/ws'],
};
const skip = missingPeers(...Object.values(needs).flat());
const folder = new AppFolder(
  new Map(pages.flatMap((page) => [...filesOf(page)].map(([name, code]) => [`${page}/${name}`, code]))),
);
after(() => folder.remove());

test('docs/apps: every page is known to this test', () => {
  assert.deepEqual(pages.toSorted(), Object.keys(needs).toSorted());
});

test(
  'docs/apps: the files of the pages type check',
  { skip: onBun || onDeno ? 'once is enough' : skip },
  () => {
    folder.write(
      'tsconfig.json',
      JSON.stringify({ extends: join(root, 'tsconfig.base.json'), ...settings }),
    );
    const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
    const args = [compiler, '-p', join(folder.path, 'tsconfig.json'), '--noEmit'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    assert.equal(stdout + stderr, '');
  },
);

const settings = {
  compilerOptions: {
    rootDir: root,
    customConditions: ['asyncio-ts-source'],
    types: ['node'],
    isolatedDeclarations: false,
    declaration: false,
    composite: false,
    skipLibCheck: true,
  },
  include: ['**/*.ts'],
};

const others = new Set(['next', 'ws']);
for (const page of pages.filter((name) => !others.has(name))) {
  const skipped = { skip: missingPeers(...(needs[page] ?? [])) };
  test(
    `docs/apps/${page}: a slow service is given up after the timeout, and its connection closed`,
    skipped,
    async () => {
      await withServer(page, async (address, stock) => {
        const url = `http://${address}/price`;
        assert.deepEqual(await (await fetch(`${url}/tea`)).json(), { price: '7' });
        const late = await fetch(`${url}/slow`);
        assert.equal(late.status, 504);
        assert.deepEqual(await late.json(), { error: 'the stock is slow today' });
        await stock.givenUp(1);
        // One that leaves: the stock is given up at once.
        const leave = new AbortController();
        const left = fetch(`${url}/slow`, { signal: leave.signal });
        await stock.asked(3);
        leave.abort();
        await assert.rejects(left);
        await stock.givenUp(2);
      });
    },
  );
}

const skipped = { skip: missingPeers('ws') };
test(
  'docs/apps/ws: messages are answered, and what is asked for one that leaves is given up',
  skipped,
  async () => {
    await withServer('ws', async (address, stock) => {
      const socket = new WebSocket(`ws://${address}`);
      await once(socket, 'open');
      socket.send('tea');
      const [message] = (await once(socket, 'message')) as [MessageEvent];
      assert.equal(message.data, '7');
      socket.send('slow');
      await stock.asked(2);
      socket.close();
      await stock.givenUp(1);
    });
  },
);

/** Starts the server of a page, in a process of its own. */
async function withServer(
  page: string,
  body: (address: string, stock: Stock) => Promise<void>,
): Promise<void> {
  const stock = await startStock();
  const child = spawn(process.execPath, commandLine(join(folder.path, page, 'server.ts')), {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: '0', STOCK: stock.url },
  });
  const closed = once(child, 'close');
  let printed = '';
  const listening = Promise.withResolvers<string>();
  const hear = (text: unknown): void => {
    printed += String(text);
    const port = /port: (\d+)/.exec(printed)?.[1];
    if (port !== undefined) listening.resolve(port);
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  void closed.then(() => listening.reject(new Error(printed)));
  try {
    await body(`127.0.0.1:${await listening.promise}`, stock);
  } finally {
    child.kill('SIGKILL');
    await closed;
    await stock.close();
  }
}
