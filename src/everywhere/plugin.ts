// The entry point `asyncio-ts/plugin`: rewriting as a program is bundled, for esbuild, Vite, Rollup, Rolldown, webpack
// and Rspack, over unplugin.
//
//   import { vite as everywhere } from 'asyncio-ts/plugin';
//   export default { plugins: [everywhere()] };

import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type * as Unplugin from 'unplugin';
import { loadPeers, requirePeer } from './peers.ts';
import { rewrite } from './rewrite.ts';
import { selector, shownPath } from './selection.ts';
import type { EverywhereOptions } from './selection.ts';

export type { EverywhereOptions } from './selection.ts';

type Instance = Unplugin.UnpluginInstance<EverywhereOptions | undefined, false>;

const RUNTIME = 'asyncio-ts/everywhere-runtime';
// What a query asks for instead of the module.
const OTHER = /[?&](raw|url|inline|worker|sharedworker)\b/;

const factory: Unplugin.UnpluginFactory<EverywhereOptions | undefined, false> = (options = {}) => {
  const selected = selector(options);
  const peers = loadPeers();
  return {
    name: RUNTIME.replace('-runtime', ''),
    // The text as it was written: its lines, its types and its JSX.
    enforce: 'pre',
    transformInclude: (id) => !OTHER.test(id) && selected.test(pathOf(id)),
    transform(code, id) {
      const file = pathOf(id);
      const edited = rewrite({ code, file, shown: shownPath(file), runtime: runtimeFor(file) }, peers);
      if (edited === undefined) return null;
      return { code: String(edited), map: edited.generateMap({ source: file, hires: 'boundary' }) };
    },
  };
};

const pathOf = (id: string): string => id.replace(/[?#].*$/s, '');

/** Of the copy of the library that the file itself would get, for that one runs its tasks. Where it finds none, of this
 * one, and of its files those that bundlers take. */
function runtimeFor(file: string): string {
  try {
    createRequire(file).resolve(RUNTIME);
    return RUNTIME;
  } catch {
    const own = fileURLToPath(import.meta.resolve(RUNTIME));
    return own.replace(/([\\/])bundle[\\/]everywhere-runtime\.js$/, '$1everywhere$1runtime.js');
  }
}

let instance: Instance | undefined;

function plugins(): Instance {
  const names = ['unplugin', 'oxc-parser', 'magic-string'];
  const { createUnplugin } = requirePeer('unplugin', 'asyncio-ts/plugin', names) as typeof Unplugin;
  return (instance ??= createUnplugin(factory));
}

/** Makes each await of a program that esbuild bundles a cancel point: see docs/everywhere.md.
 * @throws Error when `unplugin`, `oxc-parser` or `magic-string` are not installed; its message says so */
export function esbuild(options?: EverywhereOptions): ReturnType<Instance['esbuild']> {
  return plugins().esbuild(options);
}

/** As {@link esbuild}, for Vite. */
export function vite(options?: EverywhereOptions): ReturnType<Instance['vite']> {
  return plugins().vite(options);
}

/** As {@link esbuild}, for Rollup. */
export function rollup(options?: EverywhereOptions): ReturnType<Instance['rollup']> {
  return plugins().rollup(options);
}

/** As {@link esbuild}, for Rolldown. */
export function rolldown(options?: EverywhereOptions): ReturnType<Instance['rolldown']> {
  return plugins().rolldown(options);
}

/** As {@link esbuild}, for webpack. */
export function webpack(options?: EverywhereOptions): ReturnType<Instance['webpack']> {
  return plugins().webpack(options);
}

/** As {@link esbuild}, for Rspack. */
export function rspack(options?: EverywhereOptions): ReturnType<Instance['rspack']> {
  return plugins().rspack(options);
}
