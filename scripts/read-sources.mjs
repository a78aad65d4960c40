// node --import=./scripts/read-sources.mjs: reads the sources for a Node whose parser has no `using` (22): files that have
// it are written out by esbuild, as its users do; all others lose their types in place, as that Node does it by itself.
// What was read is kept under .scratch/, since that Node, unlike those after it, keeps nothing of its own: each test file
// runs in a process that would read several hundred sources anew, which is more than half of the processor's time.
// Plain JavaScript for Node 22.15 and later.

import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks, stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const kept = fileURLToPath(new URL('../.scratch/read-sources', import.meta.url));
mkdirSync(kept, { recursive: true });

registerHooks({
  load(url, context, nextLoad) {
    const [path = ''] = url.split('?', 1);
    const source = path.startsWith('file:') && path.endsWith('.ts') && !path.includes('/node_modules/');
    if (!source || context.format === 'commonjs-typescript') return nextLoad(url, context);
    const text = readFileSync(fileURLToPath(path), 'utf8');
    return { format: 'module', source: read(path, text), shortCircuit: true };
  },
});

/** @param {string} path @param {string} text */
function read(path, text) {
  const key = createHash('sha1').update(process.version).update(path).update('\0').update(text);
  const place = join(kept, `${key.digest('hex')}.js`);
  try {
    return readFileSync(place, 'utf8');
  } catch {
    const code = /\busing \w+ =/.test(text) ? writeOut(path, text) : stripTypeScriptTypes(text);
    // Beside it and renamed: processes side by side read the same file.
    writeFileSync(`${place}.${process.pid}`, code);
    renameSync(`${place}.${process.pid}`, place);
    return code;
  }
}

/** @param {string} path @param {string} text */
function writeOut(path, text) {
  // Else it keeps a child of its own, which tests that count children would find.
  process.env['ESBUILD_WORKER_THREADS'] = '0';
  const esbuild = createRequire(import.meta.url)('esbuild');
  delete process.env['ESBUILD_WORKER_THREADS'];
  const { code } = esbuild.transformSync(text, {
    loader: 'ts',
    target: 'node22',
    sourcemap: 'inline',
    sourcefile: path,
    tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
  });
  return code;
}
