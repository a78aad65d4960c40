// The bundlers, each with the settings that its users have: one entry of the table a way of bundling.

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { basename, dirname, extname, join } from 'node:path';
import { build as esbuild } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { runtimePath } from '../../../scripts/runtime.mjs';
import { importPeer } from '../../peers.ts';

export interface Bundler {
  readonly name: string;
  /** The file to start, in the folder that was bundled to. */
  readonly start: string;
  /** The packages of peers/ that it is. */
  readonly peers: readonly string[];
  /** The runtime of which it is a command. */
  readonly tool?: string;
  /** Where the bundle runs, beside Node, or instead of it. */
  readonly runtimes: readonly string[];
  /** Bundles the file `program` into the empty folder `to`. Returns what the bundler complained about. */
  bundle(program: string, to: string): Promise<readonly string[]>;
}

const NODES = ['node22', 'node24', 'node26'];
const EVERYWHERE = [...NODES, 'bun', 'deno'];

/** Messages, as most bundlers report them. */
type Messages = readonly { readonly message: string }[];
const textOf = ({ message }: { readonly message: string }): string => message;

function esbuildAs(how: string, start: string, options: BuildOptions = {}): Bundler {
  return {
    name: `esbuild ${how}`,
    start,
    peers: [],
    runtimes: start.endsWith('.mjs') ? EVERYWHERE : NODES,
    bundle: async (program, to) => {
      const { warnings } = await esbuild({
        entryPoints: [program],
        outdir: to,
        bundle: true,
        platform: 'node',
        outExtension: { '.js': extname(start) },
        logLevel: 'silent',
        ...options,
      });
      return warnings.map(({ text }) => text);
    },
  };
}

interface Rollup {
  rollup(options: object): Promise<{ write(options: object): Promise<unknown> }>;
}

function rollupAs(format: 'es' | 'cjs', start: string): Bundler {
  return {
    name: `rollup ${format}`,
    start,
    peers: ['rollup', '@rollup/plugin-node-resolve'],
    runtimes: format === 'es' ? EVERYWHERE : NODES,
    bundle: async (program, to) => {
      const { rollup } = await importPeer<Rollup>('rollup');
      const { nodeResolve } = await importPeer<{ nodeResolve(): unknown }>('@rollup/plugin-node-resolve');
      const warnings: string[] = [];
      const onwarn = ({ message }: { message: string }): unknown => warnings.push(message);
      const build = await rollup({ input: program, plugins: [nodeResolve()], external: /^node:/, onwarn });
      const names = `[name]${extname(start)}`;
      await build.write({ dir: to, format, entryFileNames: names, chunkFileNames: names });
      return warnings;
    },
  };
}

interface Vite {
  build(options: object): Promise<unknown>;
  createLogger(level: string): object;
}

const viteSsr: Bundler = {
  name: 'vite, for the server',
  start: 'program.mjs',
  peers: ['vite'],
  runtimes: NODES,
  bundle: async (program, to) => {
    const { build, createLogger } = await importPeer<Vite>('vite');
    const warnings: string[] = [];
    const warn = (text: string): unknown => warnings.push(text);
    await build({
      root: dirname(program),
      configFile: false,
      logLevel: 'silent',
      customLogger: { ...createLogger('silent'), info: () => {}, warn, warnOnce: warn },
      ssr: { noExternal: true },
      build: {
        ssr: program,
        outDir: to,
        reportCompressedSize: false,
        rollupOptions: { output: { entryFileNames: '[name].mjs' } },
      },
    });
    return warnings;
  },
};

interface Stats {
  toJson(options: object): { readonly errors: Messages; readonly warnings: Messages };
}
type Webpack = (options: object, done: (error: Error | null, stats: Stats) => void) => void;

/** webpack, or Rspack, which takes the same options. */
function webpackAs(name: string, from: string, how: { module?: boolean; mode?: string } = {}): Bundler {
  const module = how.module === true;
  const start = module ? 'program.mjs' : 'program.cjs';
  return {
    name,
    start,
    peers: [from],
    runtimes: NODES,
    bundle: async (program, to) => {
      const { default: webpack } = await importPeer<{ default: Webpack }>(from);
      const { promise, resolve, reject } = Promise.withResolvers<Stats>();
      const options = {
        mode: how.mode ?? 'production',
        target: 'node',
        entry: program,
        output: { path: to, filename: start, ...(module && { module, chunkFormat: 'module' }) },
        ...(module && { experiments: { outputModule: true } }),
      };
      webpack(options, (error, stats) => (error === null ? resolve(stats) : reject(error)));
      const { errors, warnings } = (await promise).toJson({ all: false, errors: true, warnings: true });
      return [...errors, ...warnings].map(textOf);
    },
  };
}

type Ncc = (
  program: string,
  options: object,
) => Promise<{ code: string; assets: Record<string, { source: string | Uint8Array }> }>;

const ncc: Bundler = {
  name: 'ncc',
  start: 'index.js',
  peers: ['@vercel/ncc'],
  runtimes: NODES,
  bundle: async (program, to) => {
    const { default: bundle } = await importPeer<{ default: Ncc }>('@vercel/ncc');
    const { code, assets } = await bundle(program, { quiet: true, cache: false });
    writeFileSync(join(to, 'index.js'), code);
    for (const [name, { source }] of Object.entries(assets)) writeFileSync(join(to, name), source);
    return [];
  },
};

/** A bundler that is a command of a runtime; the last of its arguments takes the file to write. */
function commandOf(
  runtime: string,
  start: string,
  args: readonly string[],
  runtimes: readonly string[],
): Bundler {
  return {
    name: `${runtime} ${args[0]} to ${start}`,
    start,
    peers: [],
    tool: runtime,
    runtimes,
    bundle: async (program, to) => {
      const options = { cwd: dirname(program), encoding: 'utf8' } as const;
      const all = [...args, join(to, start), basename(program)];
      const { status, stdout, stderr } = spawnSync(runtimePath(runtime), all, options);
      return [...(status === 0 ? [] : [stderr]), ...`${stdout}\n${stderr}`.matchAll(/^warn.*$/gim)].map(
        String,
      );
    },
  };
}

export const bundlers: readonly Bundler[] = [
  esbuildAs('with its defaults for Node', 'program.cjs'),
  esbuildAs('minified', 'program.cjs', { minify: true }),
  esbuildAs('in one ES module', 'program.mjs', { format: 'esm' }),
  esbuildAs('split', 'program.mjs', { format: 'esm', splitting: true }),
  rollupAs('es', 'program.mjs'),
  rollupAs('cjs', 'program.cjs'),
  viteSsr,
  webpackAs('webpack', 'webpack'),
  webpackAs('webpack in development', 'webpack', { mode: 'development' }),
  webpackAs('webpack to an ES module', 'webpack', { module: true }),
  webpackAs('rspack', '@rspack/core'),
  ncc,
  commandOf('bun', 'bun.mjs', ['build', '--target=bun', '--outfile'], ['bun']),
  commandOf('bun', 'node.mjs', ['build', '--target=node', '--outfile'], NODES),
  commandOf('deno', 'deno.mjs', ['bundle', '--quiet', '--node-modules-dir=manual', '--output'], ['deno']),
];
