// The work `import-size`: what an import costs a page or a function, as a bundler leaves it.

import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { moduleOf, projectRoot, subjectFile } from './subject.ts';
import type { Sample } from './sample.ts';

/** As by a bundler, or with settings, that puts what is loaded on demand into the same file. */
const ONE_FILE = 'ours:one file';

/** The module to bundle for each row: only what is named here survives the bundler. */
function entry(row: string, file: string): string | undefined {
  const subject = JSON.stringify(moduleOf(file));
  switch (row) {
    case 'ours':
    case ONE_FILE:
      return subject === '""'
        ? undefined
        : `export { run, taskGroup, timeout, sleep, Queue } from ${subject};`;
    case 'ours:everything':
      return subject === '""' ? undefined : `export * from ${subject};`;
    case 'effect':
      return `import * as Effect from 'effect/Effect';
        import * as Queue from 'effect/Queue';
        export const run = Effect.runPromise, gen = Effect.gen, all = Effect.all, fork = Effect.forkChild,
          timeout = Effect.timeout, sleep = Effect.sleep, make = Queue.bounded, put = Queue.offer,
          get = Queue.take;`;
    case 'effection':
      return `export { run, spawn, all, race, sleep, createQueue } from 'effection';`;
    case 'p-limit':
      return `export { default } from 'p-limit';`;
    case 'p-queue':
      return `export { default } from 'p-queue';`;
    case 'async-mutex':
      return `export { Mutex, Semaphore, withTimeout } from 'async-mutex';`;
    default:
      return undefined;
  }
}

/** The bytes of one row (`peer` or `peer:variant`), minified and then compressed: what a program loads when it
 * starts. What is loaded on demand is in files of its own and does not count.
 * @param subject the entry file of the build of ours */
export async function importSize(
  row: string,
  subject: string = process.env['BENCH_SUBJECT'] ?? subjectFile() ?? '',
): Promise<Sample> {
  const contents = entry(row, subject);
  if (contents === undefined) throw new Error(`nothing to bundle for ${row}`);
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: projectRoot, loader: 'js' },
    outdir: join(projectRoot, '.scratch', 'import-size'),
    absWorkingDir: projectRoot,
    bundle: true,
    splitting: row !== ONE_FILE,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    legalComments: 'none',
    external: ['koffi'],
    logLevel: 'silent',
  });
  const start = loadedAtStart(metafile.outputs);
  const files = outputFiles.filter(({ path }) => start.has(resolve(path)));
  const compressed = files.map((file) => gzipSync(file.contents, { level: 9 }).length);
  return { value: sum(compressed), minified: sum(files.map((file) => file.contents.length)) };
}

function loadedAtStart(outputs: Metafile['outputs']): Set<string> {
  const start = new Set<string>();
  const follow = (name: string): void => {
    if (start.has(name)) return;
    start.add(name);
    for (const { path, kind } of outputs[name]?.imports ?? [])
      if (kind === 'import-statement' && outputs[path] !== undefined) follow(path);
  };
  follow(Object.keys(outputs).find((name) => name.endsWith('stdin.js')) ?? '');
  return new Set([...start].map((name) => resolve(projectRoot, name)));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
