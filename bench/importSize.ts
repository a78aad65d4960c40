// The work `import-size`: what an import costs a page or a function, as a bundler leaves it.

import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { projectRoot, subjectFile } from './subject.ts';
import type { Sample } from './sample.ts';

/** The module to bundle for each row: only what is named here survives the bundler. */
function entry(row: string): string | undefined {
  const subject = JSON.stringify(process.env['BENCH_SUBJECT'] ?? subjectFile() ?? '');
  switch (row) {
    case 'ours':
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

/** The bytes of one row (`peer` or `peer:variant`), minified and then compressed. */
export async function importSize(row: string): Promise<Sample> {
  const contents = entry(row);
  if (contents === undefined) throw new Error(`nothing to bundle for ${row}`);
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: projectRoot, loader: 'js' },
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    legalComments: 'none',
    external: ['koffi'],
    logLevel: 'silent',
  });
  const bytes = outputFiles[0]?.contents ?? new Uint8Array();
  return { value: gzipSync(bytes, { level: 9 }).length, minified: bytes.length };
}
