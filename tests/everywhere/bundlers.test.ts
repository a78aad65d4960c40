// `asyncio-ts/plugin` in each bundler: the bundle is cancelled where the program, as it stands, would not be, and its
// source map leads to the program.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import { findRuntime, root } from '../../scripts/runtime.mjs';
import * as plugin from '../../src/everywhere/plugin.ts';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { importPeer, missingPeers } from '../peers.ts';

mkdirSync(join(root, '.scratch'), { recursive: true });
const folder = mkdtempSync(join(root, '.scratch', 'everywhere-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const program = join(folder, 'program.ts');
const kit = join(folder, 'node_modules', 'kit');
mkdirSync(kit, { recursive: true });
writeFileSync(join(kit, 'package.json'), '{ "name": "kit", "main": "index.js", "type": "module" }');
writeFileSync(join(kit, 'index.js'), 'export const wait = async (work) => { await work(); };\n');
writeFileSync(
  program,
  `import { run, timeout } from 'asyncio-ts';
import { wait } from 'kit';
const never = (): Promise<never> => new Promise(() => {});
async function work(): Promise<void> {
  await never();
}
await run(async () => {
  for (const body of [work, never, () => wait(never)])
    await timeout(5, body).catch((error: Error) => console.log(error.name));
  const failing = async (): Promise<void> => { await 0; throw new Error('here'); };
  await failing().catch((error: Error) => console.log(/program\\.ts:\\d+:\\d+/.exec(error.stack ?? '')?.[0]));
  console.log(String(wait).includes('cancelPoint'));
});
`,
);
const column =
  "  const failing = async (): Promise<void> => { await 0; throw new Error('here'); };".indexOf(
    'new Error',
  ) + 1;
const expected = ['TimeoutError', 'TimeoutError', 'TimeoutError', `program.ts:10:${column}`];

const runtime = findRuntime('node26');
const external = [/^node:/, /^koffi$/];
const source = 'asyncio-ts-source';

type Bundle = (out: string, options: plugin.EverywhereOptions) => Promise<unknown>;

const bundlers: Record<string, { peers: string[]; bundle: Bundle }> = {
  esbuild: {
    peers: [],
    bundle: (out, options) =>
      build({
        entryPoints: [program],
        outfile: out,
        bundle: true,
        platform: 'node',
        format: 'esm',
        sourcemap: true,
        conditions: [source],
        external: ['koffi'],
        logLevel: 'error',
        minifyIdentifiers: false,
        plugins: [plugin.esbuild(options) as never],
      }),
  },
  vite: {
    peers: ['vite'],
    bundle: async (out, options) => {
      const vite = await importPeer<{ build(options: object): Promise<unknown> }>('vite');
      await vite.build({
        root: folder,
        configFile: false,
        logLevel: 'silent',
        plugins: [plugin.vite(options)],
        ssr: { noExternal: true, resolve: { conditions: [source] } },
        build: {
          ssr: program,
          outDir: join(out, '..'),
          emptyOutDir: false,
          sourcemap: true,
          minify: false,
          rollupOptions: { external, output: { entryFileNames: 'vite.mjs' } },
        },
      });
    },
  },
  rollup: {
    peers: ['rollup', '@rollup/plugin-node-resolve'],
    bundle: async (out, options) => {
      const { rollup } = await importPeer<{
        rollup(options: object): Promise<{ write(options: object): Promise<unknown> }>;
      }>('rollup');
      const { nodeResolve } = await importPeer<{ nodeResolve(options: object): unknown }>(
        '@rollup/plugin-node-resolve',
      );
      const types = { name: 'types', transform: stripTypes };
      const plugins = [plugin.rollup(options), types, nodeResolve({ exportConditions: [source] })];
      const bundled = await rollup({ input: program, plugins, external });
      await bundled.write({ file: out, format: 'es', sourcemap: true, inlineDynamicImports: true });
    },
  },
  webpack: {
    peers: ['webpack'],
    bundle: async (out, options) => {
      const { default: webpack } = await importPeer<{
        default(
          options: object,
          done: (error: unknown, stats: { toString(how: string): string }) => void,
        ): void;
      }>('webpack');
      const loader = join(folder, 'types.cjs');
      writeFileSync(
        loader,
        `module.exports = function (code, map) {
           if (!this.resourcePath.endsWith('.ts')) return this.callback(null, code, map);
           this.callback(null, require('node:module').stripTypeScriptTypes(code), map);
         };`,
      );
      await new Promise<void>((resolve, reject) => {
        const config = {
          mode: 'development',
          devtool: 'source-map',
          target: 'node22',
          entry: program,
          experiments: { outputModule: true },
          externals: { koffi: 'koffi' },
          resolve: { conditionNames: [source, 'import', 'module', 'default'], extensions: ['.ts', '.js'] },
          module: { rules: [{ test: /\.ts$/, use: loader }] },
          output: {
            path: join(out, '..'),
            filename: 'webpack.mjs',
            module: true,
            library: { type: 'module' },
            devtoolModuleFilenameTemplate: '[absolute-resource-path]',
          },
          plugins: [plugin.webpack(options)],
        };
        webpack(config, (error, stats) => {
          const text = stats?.toString('errors-only') ?? '';
          if (error != null || text !== '') reject(new Error(text, { cause: error }));
          else resolve();
        });
      });
    },
  },
};

/** What TypeScript plug-ins do, without moving anything. */
async function stripTypes(code: string, id: string): Promise<{ code: string; map: null } | null> {
  if (!id.endsWith('.ts')) return null;
  const { stripTypeScriptTypes } = await import('node:module');
  return { code: stripTypeScriptTypes(code), map: null };
}

for (const [name, { peers, bundle }] of Object.entries(bundlers)) {
  const skip =
    missingPeers(...peers) ||
    (runtime === undefined && 'no Node 26 here') ||
    ((onBun || onDeno) && 'bundlers are programs for Node');
  test(`everywhere: the plug-in for ${name}`, { skip }, async () => {
    for (const packages of [[], ['kit']]) {
      const out = join(folder, `out-${packages.length}`, `${name}.mjs`);
      mkdirSync(join(out, '..'), { recursive: true });
      await bundle(out, { packages });
      const { stdout, stderr, status } = spawnSync(
        runtime as string,
        ['--enable-source-maps', '--disable-warning=ExperimentalWarning', out],
        { encoding: 'utf8', env: {}, cwd: folder },
      );
      assert.deepEqual([stderr, status], ['', 0]);
      assert.deepEqual(stdout.trim().split('\n'), [...expected, String(packages.length > 0)]);
    }
  });
}

test('everywhere: a missing package is told in one line that says what to install', () => {
  const code = `import { requirePeer } from ${JSON.stringify(join(root, 'src/everywhere/peers.ts'))};
    try { requirePeer('not-there', 'asyncio-ts/plugin', ['not-there', 'other']); } catch (error) { console.log(String(error)); }`;
  const asking = join(folder, 'asking.ts');
  writeFileSync(asking, code);
  const { stdout } = spawnSync(process.execPath, commandLine(asking), { encoding: 'utf8' });
  assert.equal(
    stdout,
    'MissingPeerError: asyncio-ts/plugin needs not-there and other: npm install --save-dev not-there other\n',
  );
});
