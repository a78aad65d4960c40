// Bundles where something else starts them: a function of AWS Lambda, and one executable with Node in it.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import type { BuildOptions } from 'esbuild';
import { findRuntime, root } from '../../../scripts/runtime.mjs';
import { stagePackage } from '../stage.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hosts-')));
after(() => rmSync(folder, { recursive: true, force: true }));
stagePackage(folder);

/** Bundles a file of the folder as the tools of these hosts do; nothing may be said. */
async function bundle(entry: string, outfile: string, options: BuildOptions = {}): Promise<void> {
  const { warnings } = await build({
    entryPoints: [join(folder, entry)],
    outfile: join(folder, outfile),
    bundle: true,
    platform: 'node',
    target: 'node22',
    logLevel: 'silent',
    ...options,
  });
  assert.deepEqual(warnings, []);
}

function start(program: string, args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: {} });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: '' });
  return stdout;
}

const handler = `
  import { run, sleep, timeout } from 'asyncio-ts';
  export const handler = (event, context) =>
    run(() => timeout(context.getRemainingTimeInMillis() - 500, async () => ({ hello: await sleep(1, { result: event.name }) })));`;

// What Lambda's runtime does: it loads the file, and calls the handler for one event after the other.
const runtimeOfLambda = (load: string): string => `
  const { handler } = ${load};
  const context = { getRemainingTimeInMillis: () => 3000 };
  for (const name of ['Ada', 'Grace']) console.log(await handler({ name }, context));`;

for (const runtime of ['node22', 'node24', 'node26']) {
  const program = findRuntime(runtime);
  const skip = program === undefined && `no ${runtime} here`;
  test(
    `package: a function of AWS Lambda answers, as CommonJS and as an ES module (${runtime})`,
    { skip },
    async () => {
      writeFileSync(join(folder, 'handler.js'), handler);
      await bundle('handler.js', 'index.cjs', { minify: true });
      await bundle('handler.js', 'index.mjs', { minify: true, format: 'esm' });
      const required = `(await import('node:module')).createRequire('${folder}/')('./index.cjs')`;
      for (const load of [required, "await import('./index.mjs')"]) {
        const printed = start(program ?? '', ['--input-type=module', '--eval', runtimeOfLambda(load)]);
        assert.equal(printed, "{ hello: 'Ada' }\n{ hello: 'Grace' }\n");
      }
    },
  );
}

const node26 = findRuntime('node26');
const builds = node26 !== undefined && spawnSync(node26, ['--help'], { encoding: 'utf8' }).stdout;
const skipSea = !(builds && builds.includes('--build-sea')) && 'this Node builds no single executables';

test('package: one executable of Node and the bundle runs', { skip: skipSea }, async () => {
  cpSync(join(import.meta.dirname, 'program.js'), join(folder, 'program.js'));
  await bundle('program.js', 'sea.cjs');
  const config = { main: 'sea.cjs', output: 'program', disableExperimentalSEAWarning: true };
  writeFileSync(join(folder, 'sea.json'), JSON.stringify(config));
  spawnSync(node26 ?? '', ['--build-sea', 'sea.json'], { cwd: folder });
  const certificates = join(root, 'tests', 'net', 'tls', 'certs');
  const args = ['server.crt', 'server.key', 'ca.crt'].map((name) => join(certificates, name));
  args.push(new URL('work.mjs', import.meta.url).href);
  const result = JSON.parse(start(join(folder, 'program'), args)) as {
    tls: string;
    deadlock: boolean;
    elsewhere: unknown[];
  };
  assert.deepEqual([result.tls, result.deadlock], ['HELLO', true]);
  // A child would be this program again.
  assert.deepEqual(result.elsewhere, [49, 'thread', 1, 2, 3, 'unsupported']);
});

const bun = findRuntime('bun');

test(
  'package: one executable of Bun and the bundle runs, with threads and processes',
  { skip: bun === undefined && 'no Bun here' },
  async () => {
    cpSync(join(import.meta.dirname, 'program.js'), join(folder, 'program.js'));
    cpSync(join(import.meta.dirname, 'work.mjs'), join(folder, 'inside.mjs'));
    await bundle('program.js', 'bundled.mjs', { format: 'esm', external: ['koffi'] });
    writeFileSync(
      join(folder, 'compiled.mjs'),
      `if (process.argv[5] === 'inside') process.argv[5] = new URL('./inside.mjs', import.meta.url).href;
      await import('./bundled.mjs');`,
    );
    const args = [
      'build',
      '--compile',
      'compiled.mjs',
      'inside.mjs',
      '--outfile',
      'compiled',
      '--external',
      'koffi',
    ];
    const built = spawnSync(bun ?? '', args, { cwd: folder, encoding: 'utf8' });
    assert.equal(built.status, 0, built.stderr);
    const certificates = join(root, 'tests', 'net', 'tls', 'certs');
    const files = ['server.crt', 'server.key', 'ca.crt'].map((name) => join(certificates, name));
    const compiled = (work: string) =>
      spawnSync(join(folder, 'compiled'), [...files, work], { cwd: folder, encoding: 'utf8', env: {} });
    const beside = compiled(new URL('work.mjs', import.meta.url).href);
    assert.deepEqual((JSON.parse(beside.stdout) as { elsewhere: unknown[] }).elsewhere, [
      ...[49, 'thread', 1, 2, 3],
      ...[49, 'process', 1, 2, 3],
    ]);
    // Its threads find it, and its processes say where it must be.
    assert.match(compiled('inside').stderr, /inside\.mjs is in the program's own executable/);
  },
);
