// A Node that is too old is told so, in a sentence, by whatever way it comes to the library.

import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { build } from 'esbuild';
import manifest from '../../package.json' with { type: 'json' };
import { root } from '../../scripts/runtime.mjs';
import { missingPeers, peerFolder } from '../peers.ts';
import { stagePackage } from './stage.ts';

mkdirSync(join(root, '.scratch'), { recursive: true });
const folder = mkdtempSync(join(root, '.scratch', 'old-node-'));
after(() => rmSync(folder, { recursive: true, force: true }));
stagePackage(folder);
const dist = join(folder, 'node_modules', 'asyncio-ts', 'dist');

/** The specifiers of all entry points that need the library; the plug-in for bundlers only takes it into programs. */
const entries = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json' && path !== './plugin')
  .map((path) => path.replace(/^\./, 'asyncio-ts'));

function node(program: string, args: readonly string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, encoding: 'utf8', env: {} });
  return { status, text: stdout + stderr };
}

for (const [name, version] of [
  ['node-18', /18\.\d+\.\d+/],
  ['node-20', /20\.11\.0/],
] as const) {
  const program = join(peerFolder(name), 'bin', 'node');
  const skip = missingPeers(name);
  // What rewrites a program while it is loaded needs a newer one still, and says so itself.
  const sentence = new RegExp(
    `asyncio-ts needs Node 22\\.12 or later; this is ${version.source}|` +
      `^asyncio-ts/everywhere needs Node 22\\.15 or later, not ${version.source}`,
  );

  test(`package: ${name} is told so by import and by require, of every entry point`, { skip }, () => {
    for (const entry of entries) {
      for (const [type, text] of [
        ['module', `import '${entry}'; console.log('imported');`],
        ['commonjs', `require('${entry}'); console.log('required');`],
      ] as const) {
        const result = node(program, [`--input-type=${type}`, '--eval', text]);
        assert.match(result.text, sentence, `${entry} by ${type}`);
        assert.doesNotMatch(result.text, /imported|required|is not a function/);
      }
    }
  });

  test(`package: ${name} is told so by the command, in one line`, { skip }, () => {
    const result = node(program, [join(dist, 'bundle', 'main.js'), 'run', 'file.ts']);
    assert.equal(result.status, 1);
    assert.match(result.text, /^asyncio: asyncio-ts needs Node 22\.12 or later; this is [\d.]+\n$/);
  });

  test(`package: ${name} is told so by a program that was bundled`, { skip }, async () => {
    const main = join(folder, 'main.js');
    writeFileSync(main, "import { run, sleep } from 'asyncio-ts'; void run(() => sleep(1));");
    for (const format of ['cjs', 'esm'] as const) {
      const outfile = join(folder, `out.${format === 'cjs' ? 'cjs' : 'mjs'}`);
      await build({ entryPoints: [main], outfile, format, bundle: true, platform: 'node', minify: true });
      assert.match(node(program, [outfile]).text, sentence);
    }
  });

  test(`package: ${name} can read every file that a runtime loads`, { skip }, () => {
    const files = ['bundle', 'require'].flatMap((part) =>
      readdirSync(join(dist, part))
        .filter((file) => /\.c?js$/.test(file))
        .map((file) => join(dist, part, file)),
    );
    assert.ok(files.length > 10);
    for (const file of files) assert.equal(node(program, ['--check', file]).text, '');
  });
}

test('package: the oldest Node that is good enough is the one that package.json names', () => {
  assert.deepEqual(manifest.engines, { node: '>=22.12' });
  const check = join(dist, 'require', 'nodeVersion.cjs');
  /** Whether a host with these versions is refused. */
  const refuses = (versions: object): boolean => {
    const text = `Object.defineProperty(process, 'versions', { value: ${JSON.stringify(versions)} });
      require(${JSON.stringify(check)});`;
    return node(process.execPath, ['--eval', text]).status !== 0;
  };
  const refused = ['20.19.4', '21.7.3', '22.0.0', '22.11.0'];
  const taken = ['22.12.0', '22.23.3', '24.0.0', '26.10.0', '100.0.0'];
  assert.deepEqual(
    [...refused, ...taken].filter((version) => refuses({ node: version })),
    refused,
  );
  assert.equal(refuses({ node: '20.0.0', bun: '1.4.5' }), false);
  assert.equal(refuses({ node: '20.0.0', deno: '2.9.6' }), false);
  assert.equal(refuses({}), false);
});
