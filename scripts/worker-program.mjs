// Writes the programs that run in workers, each as one text: src/sys/worker/program.ts, with which a pool starts its
// workers, so that it needs no file of its own beside a bundled program; and src/sqlite/worker/program.ts, a module that a
// database's worker loads.
//
//   node scripts/worker-program.mjs            writes the files
//   node scripts/worker-program.mjs --check    fails when one is out of date

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './runtime.mjs';

const check = process.argv.includes('--check');

const pool = await bundle('src/sys/worker/main.ts', 'iife');
// Bun takes a text that begins with the directive for CommonJS, and fails then at the first import() in it: it goes into
// the function.
const body = pool.replace(/^"use strict";\(\(\)=>\{/, '(()=>{"use strict";');
if (!body.startsWith('(()=>{"use strict";')) throw new Error('the program does not begin as was thought');
write('src/sys/worker/program.ts', 'workerProgram', 'The program of a worker.', body);

write(
  'src/sqlite/worker/program.ts',
  'databaseProgram',
  "The module that a database's worker loads.",
  await bundle('src/sqlite/worker/main.ts', 'esm'),
);

/**
 * @param {string} entry
 * @param {'iife' | 'esm'} format
 */
async function bundle(entry, format) {
  const { outputFiles } = await build({
    entryPoints: [join(root, entry)],
    bundle: true,
    write: false,
    format,
    platform: 'node',
    target: 'node22',
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: 'none',
    logLevel: 'warning',
  });
  return outputFiles[0]?.text.trim() ?? '';
}

/**
 * @param {string} file
 * @param {string} name
 * @param {string} says
 * @param {string} program
 */
function write(file, name, says, program) {
  // The name by which stacks know it.
  const named = `${program}\n//# sourceURL=asyncio-ts-worker`;
  const text = `// Written by scripts/worker-program.mjs from main.ts and what it imports: edit those.

/** ${says} */
export const ${name}: string =
  ${JSON.stringify(named)};
`;
  const target = join(root, file);
  if (!check) writeFileSync(target, text);
  else if (readFileSync(target, 'utf8') !== text) {
    console.error(`${file} is out of date: run node scripts/worker-program.mjs`);
    process.exitCode = 1;
  }
}
