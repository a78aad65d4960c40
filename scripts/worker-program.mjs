// Writes src/sys/worker/program.ts: the program that runs in a worker (src/sys/worker/main.ts and what it imports), as one
// text. A pool starts its workers with that text, so that it needs no file of its own beside a bundled program.
//
//   node scripts/worker-program.mjs            writes the file
//   node scripts/worker-program.mjs --check    fails when it is out of date

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from './runtime.mjs';

const target = join(root, 'src/sys/worker/program.ts');

const { outputFiles } = await build({
  entryPoints: [join(root, 'src/sys/worker/main.ts')],
  bundle: true,
  write: false,
  format: 'iife',
  platform: 'node',
  target: 'node22',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  logLevel: 'warning',
});
// Bun takes a text that begins with the directive for CommonJS, and fails then at the first import() in it: it goes into
// the function.
const body = (outputFiles[0]?.text.trim() ?? '').replace(/^"use strict";\(\(\)=>\{/, '(()=>{"use strict";');
if (!body.startsWith('(()=>{"use strict";')) throw new Error('the program does not begin as was thought');
// The name by which stacks know it.
const program = `${body}\n//# sourceURL=asyncio-ts-worker`;
const text = `// Written by scripts/worker-program.mjs from main.ts and what it imports: edit those.

/** The program of a worker. */
export const workerProgram: string =
  ${JSON.stringify(program)};
`;

if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/sys/worker/program.ts is out of date: run node scripts/worker-program.mjs');
  process.exitCode = 1;
}
