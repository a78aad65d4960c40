// Rewriting as files are loaded, on Node and Deno: the hooks that the host offers for that.

import { readFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import type { LoadFnOutput } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Peers } from './peers.ts';
import { rewrite } from './rewrite.ts';
import { selector, shownPath } from './selection.ts';
import type { EverywhereOptions } from './selection.ts';
import { withSourceMap } from './sourceMap.ts';

/** What rewritten files import. */
export const RUNTIME = 'asyncio-ts/everywhere-runtime';

export function hookNode(options: EverywhereOptions, peers: Peers): void {
  const selected = selector(options);
  const own = import.meta.resolve(RUNTIME);
  // Not imported by name: what an older Node lacks would be a syntax error there.
  nodeModule.registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== RUNTIME) return next(specifier, context);
      try {
        // Of the copy of the library that the file itself would get, for that one runs its tasks.
        const found = next(specifier, context);
        // Deno makes a path of what it does not find.
        if (!found.url.endsWith(`/${RUNTIME}`)) return found;
      } catch {}
      return { url: own, shortCircuit: true };
    },
    load(url, context, next) {
      const loaded = next(url, context);
      if (!url.startsWith('file:')) return loaded;
      const path = fileURLToPath(url.replace(/[?#].*$/s, ''));
      return selected.test(path) ? rewritten(loaded, path, peers) : loaded;
    },
  });
}

function rewritten(loaded: LoadFnOutput, path: string, peers: Peers): LoadFnOutput {
  const format = /^(module|commonjs)(-typescript)?$/.exec(loaded.format ?? '')?.[1];
  if (format === undefined && loaded.format != null) return loaded;
  const { source } = loaded;
  const code = source == null ? readFileSync(path, 'utf8') : textOf(source as string | Uint8Array);
  const edited = rewrite(
    { code, file: path, shown: shownPath(path), runtime: RUNTIME, format: format as 'module' | undefined },
    peers,
  );
  if (edited === undefined) return loaded;
  return { ...loaded, source: withSourceMap(edited, code, pathToFileURL(path).href, peers) };
}

function textOf(source: string | Uint8Array): string {
  return typeof source === 'string' ? source : new TextDecoder().decode(source);
}
