// npm run build: compiles src/ to dist/. The new dist/ takes the place of the old one only when it is complete.
// Also runs before every `npm pack` and `npm publish`.
//
//   npm run build -- --to=FOLDER    leaves dist/ alone and writes to that folder
//
// - dist/: a file for each module, with declarations and source maps. Bundlers take these (the condition
//   `module`), because what a program does not use can be left out by the file.
// - dist/bundle/: the same in few files, which runtimes load: reading three hundred small files takes
//   several times as long as the rest of a start.
// - dist/require/: what `require()` finds. It hands out the very modules of dist/bundle/; to a Node that is too
//   old it says so, where the engine would talk of modules.

import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';
import { buildDashPage } from './dash-page.mjs';
import { root } from './runtime.mjs';

/** Programs of the library's own, which nobody imports. */
const programs = {
  main: 'cli/main.ts',
  clusterWorker: 'http/cluster/worker/main.ts',
  traceChild: 'inspect/trace/child/main.ts',
  recordWatchdog: 'inspect/trace/watchdog/main.ts',
};

/** What package.json publishes, and these: source files below src/ by their names in dist/bundle/. */
const entries = { ...publishedEntries(), ...programs };

// At the same depth as dist/, for the relative paths in the source maps.
const fresh = join(root, `.dist-${process.pid}`);
const dist = join(root, 'dist');
const to = process.argv.find((arg) => arg.startsWith('--to='))?.slice('--to='.length);
const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc');

try {
  const args = [tsc, '-p', 'tsconfig.build.json', '--outDir', fresh];
  const { status } = spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
  await bundle();
  await writeDoors();
  if (to !== undefined) cpSync(fresh, to, { recursive: true });
  else {
    rmSync(dist, { recursive: true, force: true });
    renameSync(fresh, dist);
  }
} finally {
  rmSync(fresh, { recursive: true, force: true });
}

async function bundle() {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const outdir = join(fresh, 'bundle');
  const terminal = await bundleTerminal(outdir);
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.entries(entries).map(([out, file]) => ({ in: join(root, 'src', file), out })),
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // What programs have of their own, or not.
    external: ['koffi', ...Object.keys(peerDependencies)],
    sourcemap: true,
    sourcesContent: false,
    define: { asyncioBundle: 'true' },
    logLevel: 'warning',
    metafile: true,
    plugins: [
      {
        name: 'terminal',
        setup: (each) =>
          each.onResolve({ filter: /^(ink|react)$/ }, () => ({ path: './terminal.js', external: true })),
      },
    ],
  });
  const page = await buildDashPage();
  writeFileSync(join(outdir, 'dash.html'), page.html);
  const files = [...Object.keys(metafile.inputs), ...Object.keys(terminal.inputs), ...page.inputs];
  writeFileSync(join(outdir, 'LICENSES.txt'), licensesOf(files));
  chmodSync(join(outdir, 'main.js'), 0o755);
}

/**
 * What \`asyncio top\` draws with, in a file of its own: parts of it ask for modules of the host by \`require\`.
 * @param {string} outdir
 */
async function bundleTerminal(outdir) {
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: {
      contents: "export { createElement } from 'react'; export { Box, render, Text } from 'ink';",
      resolveDir: root,
    },
    outfile: join(outdir, 'terminal.js'),
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    // For who works on Ink itself, and not installed with it.
    alias: { 'react-devtools-core': join(root, 'scripts', 'empty.mjs') },
    define: { 'process.env.NODE_ENV': '"production"', 'process.env.DEV': '"false"' },
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
    metafile: true,
  });
  return metafile;
}

/**
 * The licences of the packages that the command's bundle holds: the command is to run where only the library is installed.
 * @param {string[]} files
 */
function licensesOf(files) {
  const inPackage = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const folders = new Set(
    files.map((file) => inPackage.exec(file)?.[1]).filter((each) => each !== undefined),
  );
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license, author, repository } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8'),
      );
      const file = readdirSync(join(root, folder)).find((each) => /^licen[cs]e/i.test(each));
      if (file === undefined && license === undefined)
        throw new Error(`${folder} has no licence: it can't be bundled`);
      const text =
        file === undefined
          ? `By ${author?.name ?? author}, ${repository?.url ?? repository}`
          : readFileSync(join(root, folder, file), 'utf8').trim();
      return `${name} ${version} (${license})\n\n${text}\n`;
    })
    .join(`\n${'-'.repeat(72)}\n\n`);
}

async function writeDoors() {
  await build({
    absWorkingDir: root,
    entryPoints: [join(root, 'src/sys/host/nodeVersion.ts')],
    outfile: join(fresh, 'require/nodeVersion.cjs'),
    format: 'cjs',
    platform: 'node',
    target: 'node18',
    logLevel: 'warning',
  });
  for (const [name, file] of Object.entries(entries)) {
    if (name in programs) continue;
    const text = `require('./nodeVersion.cjs');\nmodule.exports = require('../bundle/${name}.js');\n`;
    writeFileSync(join(fresh, 'require', `${name}.cjs`), text);
    const types = `../${file.replace(/\.ts$/, '.js')}`;
    const note =
      '// @ts-ignore: what module node16 forbids, since it does not know that Node can do this by now';
    writeFileSync(join(fresh, 'require', `${name}.d.cts`), `${note}\nexport * from '${types}';\n`);
  }
}

function publishedEntries() {
  /** @type {{ exports: Record<string, { 'asyncio-ts-source'?: string }> }} */
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.fromEntries(
    Object.entries(exports).flatMap(([path, { 'asyncio-ts-source': source }]) => {
      const name = path === '.' ? 'asyncio' : path.slice('./'.length);
      return source === undefined ? [] : [[name, source.slice('./src/'.length)]];
    }),
  );
}
