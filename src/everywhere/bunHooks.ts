// Rewriting as files are loaded, on Bun: a plug-in of its runtime.
//
// 1. A file that the filter lets through has to be loaded here: Bun does not go on by itself. So the filter is as
//    narrow as can be.
// 2. Of a CommonJS file that a plug-in loads Bun makes an empty module. It is run here, and its exports are handed
//    over.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { dirname } from 'node:path';
import type { Peers } from './peers.ts';
import { RUNTIME } from './nodeHooks.ts';
import { rewrite } from './rewrite.ts';
import { selector, shownPath } from './selection.ts';
import type { EverywhereOptions } from './selection.ts';

type Loader = 'js' | 'jsx' | 'ts' | 'tsx';
type Loaded = { contents: string; loader: Loader } | { exports: unknown; loader: 'object' };

interface PluginBuilder {
  onLoad(filter: { filter: RegExp }, load: (file: { path: string }) => Loaded): void;
}

declare const Bun: {
  resolveSync(specifier: string, from: string): string;
  plugin(plugin: { name: string; setup(build: PluginBuilder): void }): void;
  Transpiler: new (options: { loader: Loader }) => { transformSync(code: string): string };
};

export function hookBun(options: EverywhereOptions, peers: Peers): void {
  Bun.plugin({
    name: 'asyncio-ts/everywhere',
    setup: (build) => build.onLoad({ filter: selector(options) }, ({ path }) => load(path, peers)),
  });
}

function load(path: string, peers: Peers): Loaded {
  const code = readFileSync(path, 'utf8');
  const loader = (/\.[cm]?([jt]sx?)$/.exec(path)?.[1] ?? 'js') as Loader;
  const format = isCommonJs(path, code, peers) ? 'commonjs' : undefined;
  const edited = rewrite(
    { code, file: path, shown: shownPath(path), runtime: runtimeFor(path), format },
    peers,
  );
  const contents = edited === undefined ? code : String(edited);
  return format === undefined
    ? { contents, loader }
    : { exports: run(path, contents, loader), loader: 'object' };
}

/** Of the copy of the library that the file itself would get, for that one runs its tasks. */
function runtimeFor(path: string): string {
  try {
    return Bun.resolveSync(RUNTIME, dirname(path));
  } catch {
    return fileURLToPath(import.meta.resolve(RUNTIME));
  }
}

function isCommonJs(path: string, code: string, peers: Peers): boolean {
  if (/\.c[jt]s$/.test(path)) return true;
  if (/\.m[jt]s$/.test(path) || !/\b(module|exports|require)\b/.test(code)) return false;
  return !peers.parser.parseSync(path, code).module.hasModuleSyntax;
}

function run(path: string, code: string, loader: Loader): unknown {
  const text = loader === 'js' ? code : new Bun.Transpiler({ loader }).transformSync(code);
  const module = { exports: {}, filename: path };
  const names = ['module', 'exports', 'require', '__filename', '__dirname'];
  // oxlint-disable-next-line typescript/no-implied-eval -- what CommonJS is
  const wrapper = new Function(...names, text.replace(/^#!/, '//')) as (...args: unknown[]) => void;
  wrapper.call(module.exports, module, module.exports, createRequire(path), path, dirname(path));
  return module.exports;
}
