// npm run check:layers: who may import whom in src/, stated as rules of dependency-cruiser. Types count, and so
// does what is loaded later by `import()`.
//
// - A folder imports only from itself and from folders of lower layers. Folders of one layer do not import each
//   other.
// - Entry points are the files that package.json publishes. Those directly in src/ may import every layer,
//   and no layer imports one.
// - What stands around the library (`wings`) imports it as its users do: a file of a wing imports files of its
//   own folder and entry points, and nothing else of src/.
// - Only `sys` touches the host: `node:*` modules and other packages. Wings are programs and may. (The host's
//   globals are a rule of oxlint's.)
// - No circles, of types neither; what is loaded later makes none.
//
//   node scripts/check-layers.mjs [folder]       src by default

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cruise } from 'dependency-cruiser';
import { root } from './runtime.mjs';
import { posixRelative } from './source-files.mjs';

/** @typedef {import('dependency-cruiser').IForbiddenRuleType} Rule */

/** What runs tasks, lowest first: a folder may import from any folder on an earlier line. */
export const engine = [['base'], ['sys'], ['selectors'], ['loop'], ['core'], ['reports'], ['probe']];

/** asyncio's own API, going on above the engine. */
export const api = [
  ['sync', 'structured'],
  ['queues'],
  ['transport'],
  ['streams'],
  ['pipes'],
  ['net'],
  ['process', 'executors'],
  ['facade'],
];

/** The library: what is published as `asyncio-ts` and its parts. README.md and src/README.md draw it. */
export const layers = [...engine, ...api];

/** What is built around the library, for what a program does all day. */
export const around = ['cancellable', 'files', 'formats', 'sqlite', 'postgres', 'redis', 'http', 'tools'];

/** What people test and look at their programs with. */
export const tools = ['testing', 'everywhere', 'inspect', 'cli'];

/** All that stands above the library and sees of it what is published. */
export const wings = [...around, ...tools];

/** Layers that may use the host (its modules and globals), and why. */
export const hostFolders = new Map([
  ['sys', 'the only door to the machine for the library itself'],
  [
    'facade',
    '`run` installs signal handlers and sets the exit code: it is where a program meets its process',
  ],
]);

/** The entry points that package.json publishes, by path below src/. */
export const entryPoints = new Set(
  Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .map((entry) => /** @type {string | undefined} */ (entry['asyncio-ts-source']))
    .filter((path) => path !== undefined)
    .map((path) => posixRelative('src', path)),
);

const library = layers.flat();
const hostless = library.filter((folder) => !hostFolders.has(folder));

/** @param {Iterable<string>} folders */
const inside = (folders) => `^src/(${[...folders].join('|')})/`;
/** @param {Iterable<string>} files */
const among = (files) => [...files].map((file) => `^src/${file.replaceAll('.', '[.]')}$`);

/** @type {Rule[]} */
export const rules = [
  {
    name: 'missing',
    comment: 'does not exist',
    from: {},
    to: { path: '^[.]', couldNotResolve: true },
  },
  {
    name: 'outside',
    comment: 'is outside of src/',
    from: {},
    to: { path: '^(?!src/)', dependencyTypes: ['local'] },
  },
  {
    name: 'folder',
    comment: 'is in a folder that has no layer in scripts/check-layers.mjs',
    from: {},
    to: { path: '^src/[^/]+/', pathNot: inside([...library, ...wings]) },
  },
  ...layers.flatMap((layer, at) =>
    layer.map((folder) => ({
      name: folder,
      comment: `is no layer that '${folder}' stands on`,
      from: { path: inside([folder]) },
      to: { path: '^src/', pathNot: inside([folder, ...layers.slice(0, at).flat()]) },
    })),
  ),
  ...wings.map((wing) => ({
    name: wing,
    comment: `is no entry point, and '${wing}' imports entry points, as users do`,
    from: { path: inside([wing]) },
    to: { path: '^src/', pathNot: [inside([wing]), ...among(entryPoints)] },
  })),
  {
    name: 'entry',
    comment: 'has entry points of its own',
    from: { path: '^src/[^/]+$' },
    to: { path: inside(wings) },
  },
  {
    name: 'host',
    comment: `is the host's or another package: only ${[...hostFolders.keys()].join(', ')} may import it`,
    from: { path: inside(hostless) },
    to: { pathNot: '^(src/|[.])' },
  },
  {
    name: 'circle',
    comment: 'imports it in a circle',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['dynamic-import'] } },
  },
];

/**
 * All violations below a source folder, which is called `src`.
 * @param {string} src absolute path
 * @returns {Promise<string[]>} one sentence each, sorted
 */
export async function checkLayers(src) {
  const { output } = await cruise(['src'], {
    baseDir: dirname(src),
    ruleSet: { forbidden: rules.map((rule) => ({ severity: 'error', ...rule })) },
    validate: true,
    // Types count. TypeScript 7 has no JavaScript API to read them with.
    tsPreCompilationDeps: true,
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
  });
  if (typeof output === 'string') throw new Error(output);
  const comments = new Map(rules.map(({ name, comment }) => [name, comment]));
  const problems = output.summary.violations.map(({ from, to, rule, cycle }) =>
    cycle === undefined
      ? `${from} imports ${to}, which ${comments.get(rule.name)}`
      : `circle: ${[from, ...cycle.map(({ name }) => name)].join(' -> ')}`,
  );
  return [...new Set(problems)].sort();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const src = resolve(process.argv[2] ?? join(root, 'src'));
  const problems = await checkLayers(src);
  for (const problem of problems) console.error(problem);
  console.log(problems.length === 0 ? 'layers: all in order' : `\nlayers: ${problems.length} problems`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}
