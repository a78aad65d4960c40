// What the pages of docs/apps tell their readers to copy: it type checks, and does what its page says.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { basename } from 'node:path';
import { after, test } from 'node:test';
import '../harness.ts';
import { root } from '../../scripts/runtime.mjs';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { missingPeers } from '../peers.ts';
import { AppFolder, filesOf } from './pages.ts';
import { startStock } from './stock.ts';

const pages = readdirSync(join(root, 'docs', 'apps')).map((file) => basename(file, '.md'));
const needs: Readonly<Record<string, readonly string[]>> = {
  express: ['express', '@types/express'],
  koa: ['koa', '@types/koa'],
  fastify: ['fastify'],
  hono: ['hono', '@hono/node-server'],
  next: ['next'],
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

for (const page of pages.filter((name) => name !== 'next')) {
  test(
    `docs/apps/${page}: a slow service is given up after the timeout, and its connection closed`,
    {
      skip: missingPeers(...(needs[page] ?? [])),
    },
    async () => {
      const stock = await startStock();
      const program = commandLine(join(folder.path, page, 'server.ts'));
      const child = spawn(process.execPath, program, {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, PORT: '0', STOCK: stock.url },
      });
      const closed = once(child, 'close');
      let printed = '';
      child.stderr.on('data', (text) => (printed += String(text)));
      try {
        const port = await new Promise<string>((resolve, reject) => {
          child.stdout.on('data', (text) => {
            printed += String(text);
            const found = /port: (\d+)/.exec(printed);
            if (found?.[1] !== undefined) resolve(found[1]);
          });
          void closed.then(() => reject(new Error(printed)));
        });
        const url = `http://127.0.0.1:${port}/price`;
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
      } finally {
        child.kill('SIGKILL');
        await closed;
        await stock.close();
      }
    },
  );
}
