// npm run example -- NAME [args]: runs examples/NAME.ts, straight from the TypeScript sources, on the
// project's own Node, in the folder where you are. Without a name it lists what there is.
//
// Plain JavaScript for Node 18 and later.

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { ensureInstalled } from './install.mjs';
import { exitLike, runChild } from './run-child.mjs';
import { defaultRuntime, root, runtimePath, sourceCondition } from './runtime.mjs';

const folder = join(root, 'examples');
const [wanted, ...args] = process.argv.slice(2);
const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
  .map((entry) => relative(folder, join(entry.parentPath, entry.name)).slice(0, -'.ts'.length))
  .map((path) => path.split(sep).join('/'))
  // The others are parts of programs.
  .filter((each) => usage(each) !== undefined)
  .sort();
const name = wanted?.replace(/^examples\//, '').replace(/\.ts$/, '');

if (name === undefined) {
  console.log(`npm run example -- NAME [args]\n\n${names.map((each) => `  ${usage(each)}`).join('\n')}\n`);
  console.log('The head of each file says more: examples/NAME.ts.');
} else if (!names.includes(name)) {
  console.error(`asyncio-ts: there is no example '${name}'; there are ${names.join(', ')}`);
  process.exit(2);
} else {
  await start(join(folder, `${name}.ts`));
}

/**
 * How a program is called, from the line at its head.
 * @param {string} each
 */
function usage(each) {
  const text = readFileSync(join(folder, `${each}.ts`), 'utf8');
  const [line] = text.match(/^\/\/ {3}.*npm run (?:-s )?example -- .*$/m) ?? [];
  const [call, note = ''] = line?.replace(/^.*example -- /, '').split(/ {2,}/) ?? [];
  return call === undefined ? undefined : inColumns(call, note);
}

/**
 * Two columns in a terminal of 80; what is long goes on below.
 * @param {string} call
 * @param {string} note
 */
function inColumns(call, note) {
  const lines = note.match(/.{1,42}(?: |$)/g) ?? [''];
  const [first = '', ...more] = call.length > 34 && note !== '' ? ['', ...lines] : lines;
  return [`${call.padEnd(34)}  ${first}`, ...more.map((line) => `${' '.repeat(38)}${line}`)]
    .map((line) => line.trimEnd())
    .join('\n');
}

/** @param {string} file */
async function start(file) {
  try {
    await ensureInstalled('start');
    const here = process.env['npm_lifecycle_event'] === undefined ? undefined : process.env['INIT_CWD'];
    const options = { cwd: here ?? process.cwd() };
    exitLike(await runChild(runtimePath(defaultRuntime), [sourceCondition, file, ...args], options));
  } catch (error) {
    console.error(`asyncio-ts: ${error instanceof Error ? error.message : String(error)}`);
    process.exit(1);
  }
}
