// node --import=./scripts/read-using.mjs: lets a Node whose parser has no `using` (22) read sources that have it, the
// way its users do: esbuild writes it out. All other files are read as they are.
// Plain JavaScript for Node 22.15 and later.

import { readFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

// Else it keeps a child of its own, which tests that count children would find.
process.env['ESBUILD_WORKER_THREADS'] = '0';
const esbuild = await import('esbuild');
delete process.env['ESBUILD_WORKER_THREADS'];

registerHooks({
  load(url, context, nextLoad) {
    const [path = ''] = url.split('?', 1);
    if (!path.startsWith('file:') || !path.endsWith('.ts')) return nextLoad(url, context);
    const source = readFileSync(fileURLToPath(path), 'utf8');
    if (!/\busing \w+ =/.test(source)) return nextLoad(url, context);
    const { code } = esbuild.transformSync(source, {
      loader: 'ts',
      target: 'node22',
      sourcemap: 'inline',
      sourcefile: path,
      tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
    });
    return { format: 'module', source: code, shortCircuit: true };
  },
});
