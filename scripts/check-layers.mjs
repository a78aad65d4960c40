// npm run check:layers: keeps the shape of src/.
//
// - A folder imports only from itself and from folders of lower layers; `import type` counts. Folders of
//   one layer do not import each other.
// - Entry points are the files that package.json publishes. Those directly in src/ may import every layer,
//   and no layer imports one.
// - What stands around the library (`wings`) imports it as its users do: a file of a wing imports files of its
//   own folder and entry points, and nothing else of src/.
// - Only `sys` touches the host: `node:*` modules, other packages, and the host's globals. Wings are programs
//   and may.
// - No import cycles between files (what is erased with the types, or loaded later by `import()`, makes no cycle).
// - One idea a file: no index.ts, no utils/common/helpers, no default exports, no file over 400 lines.
//
//   node scripts/check-layers.mjs [folder]       src by default

import { dirname, join, resolve } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from './runtime.mjs';
import { listTypeScript, posixRelative, readSource, walk } from './source-files.mjs';

/** @typedef {import('./source-files.mjs').SourceFile} SourceFile */
/** @typedef {{ file: string, line: number, message: string }} Problem */

/** What runs tasks, lowest first: a folder may import from any folder on an earlier line. */
export const engine = [['base'], ['sys'], ['selectors'], ['loop'], ['core'], ['reports']];

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
export const around = ['files', 'formats', 'sqlite', 'postgres', 'redis', 'http', 'tools'];

/** What people test and look at their programs with. */
export const tools = ['testing', 'inspect', 'cli'];

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

/** Files of wings that still import more than entry points. To be emptied, never added to. */
export const insiders = new Set([
  'cli/examine.ts',
  'cli/runFile.ts',
  'testing/checkpoint.ts',
  'testing/guarantees.ts',
  'testing/leakGuard.ts',
  'testing/leaks.ts',
  'testing/oneRun.ts',
  'testing/random.ts',
  'testing/realWork.ts',
  'testing/reports.ts',
  'testing/runTest.ts',
  'testing/scheduler.ts',
  'testing/seeds.ts',
  'testing/sequencer.ts',
  'testing/virtualClock.ts',
  'testing/waitAllTasksBlocked.ts',
  'testing/watchdog.ts',
]);

/** The entry points that package.json publishes, by path below src/. */
export const entryPoints = new Set(
  Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports)
    .map((entry) => /** @type {string | undefined} */ (entry['asyncio-ts-source']))
    .filter((path) => path !== undefined)
    .map((path) => posixRelative('src', path)),
);

/** Files over the limit, by path below src/, and why. */
export const longFiles = new Map(/** @type {[string, string][]} */ ([]));

const lineLimit = 400;
const vagueNames = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'misc', 'shared']);
const hostGlobals = new Set([
  'process',
  'Bun',
  'Deno',
  'require',
  'setTimeout',
  'clearTimeout',
  'setInterval',
  'clearInterval',
  'setImmediate',
  'clearImmediate',
]);

/**
 * All violations below a source folder.
 * @param {string} src absolute path
 * @returns {Problem[]}
 */
export function checkLayers(src) {
  /** @type {Map<string, SourceFile>} by path below src */
  const files = new Map();
  for (const path of listTypeScript(src)) files.set(posixRelative(src, path), readSource(path));
  /** @type {Problem[]} */
  const problems = [];
  for (const [file, source] of files) {
    /** @param {number} line @param {string} message */
    const report = (line, message) => problems.push({ file, line, message });
    for (const message of source.errors) report(1, `syntax error: ${message}`);
    checkName(file, report);
    checkLength(file, source, report);
    checkExports(source, report);
    checkHostGlobals(file, source, report);
    for (const item of source.imports) checkImport(src, file, item, report);
  }
  problems.push(...findCycles(src, files));
  return problems.sort((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
}

/** @param {string} file path below src */
const folderOf = (file) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '');

/** @param {string} folder */
const mayUseHost = (folder) => folder === '' || wings.includes(folder) || hostFolders.has(folder);

/** @param {string} folder */
const layerOf = (folder) => layers.findIndex((layer) => layer.includes(folder));

/**
 * @param {string} src
 * @param {string} file
 * @param {import('./source-files.mjs').Import} item
 * @param {(line: number, message: string) => void} report
 */
function checkImport(src, file, { specifier, line }, report) {
  const folder = folderOf(file);
  if (!specifier.startsWith('.')) {
    if (specifier === 'asyncio-ts' || specifier.startsWith('asyncio-ts/')) {
      report(line, `'${specifier}' is this package: import the file itself`);
    } else if (!mayUseHost(folder)) {
      const what = specifier.startsWith('node:') ? 'the host' : 'another package';
      report(line, `'${specifier}' is ${what}: only ${[...hostFolders.keys()].join(', ')} may import it`);
    }
    return;
  }
  const target = posixRelative(src, resolve(src, dirname(file), specifier));
  if (target.startsWith('../')) return report(line, `'${specifier}' leaves the source folder`);
  if (!specifier.endsWith('.ts')) report(line, `'${specifier}': write the extension .ts`);
  if (!existsSync(join(src, target))) return report(line, `'${specifier}' does not exist`);
  const other = folderOf(target);
  if (other === folder) return;
  if (folder === '') {
    if (wings.includes(other)) report(line, `'${other}' has entry points of its own (${specifier})`);
    return;
  }
  if (wings.includes(folder)) {
    if (!entryPoints.has(target) && !insiders.has(file))
      report(line, `'${folder}' imports entry points, as users do, and '${specifier}' is none`);
    return;
  }
  if (other === '')
    return report(line, `'${specifier}' is an entry point: import the file that it re-exports`);
  if (wings.includes(other))
    return report(
      line,
      `'${other}' is built around the library: '${folder}' cannot stand on it (${specifier})`,
    );
  const [from, to] = [layerOf(folder), layerOf(other)];
  if (from === -1 || to === -1) return;
  if (from === to) {
    report(
      line,
      `'${folder}' and '${other}' are in the same layer: neither imports the other (${specifier})`,
    );
  } else if (to > from) {
    report(
      line,
      `'${folder}' (layer ${from}) imports from '${other}' (layer ${to}) above it (${specifier})`,
    );
  }
}

/**
 * @param {string} file
 * @param {(line: number, message: string) => void} report
 */
function checkName(file, report) {
  const folder = folderOf(file);
  if (folder !== '' && layerOf(folder) === -1 && !wings.includes(folder))
    report(1, `folder '${folder}' has no layer in scripts/check-layers.mjs`);
  if (folder === '' && !entryPoints.has(file))
    report(1, 'package.json does not publish this file: put it into the folder of its layer');
  const names = file.replace(/\.ts$/, '').split('/');
  if (names.at(-1) === 'index')
    report(1, 'no index.ts: name the file after its idea, import the file itself');
  for (const name of names) {
    if (vagueNames.has(name.toLowerCase()))
      report(1, `'${name}' says nothing: name the file after its idea`);
  }
}

/**
 * @param {string} file
 * @param {SourceFile} source
 * @param {(line: number, message: string) => void} report
 */
function checkLength(file, { text, lineAt }, report) {
  const lines = lineAt(text.trimEnd().length);
  if (lines > lineLimit && !longFiles.has(file))
    report(lineLimit + 1, `${lines} lines: split it, ${lineLimit} at most`);
}

/**
 * @param {SourceFile} source
 * @param {(line: number, message: string) => void} report
 */
function checkExports({ program, lineAt }, report) {
  for (const node of program.body) {
    const asDefault = (node.specifiers ?? []).some(
      (/** @type {any} */ item) => item.exported?.name === 'default',
    );
    if (node.type === 'ExportDefaultDeclaration' || asDefault)
      report(lineAt(node.start), 'no default exports');
  }
}

/**
 * @param {string} file
 * @param {SourceFile} source
 * @param {(line: number, message: string) => void} report
 */
function checkHostGlobals(file, { program, lineAt }, report) {
  const folder = folderOf(file);
  if (mayUseHost(folder)) return;
  /** @type {Set<string>} names that the file declares itself, anywhere */
  const declared = new Set();
  walk(program, (node) => {
    if (node.type === 'VariableDeclarator') addBindings(node.id, declared);
    if (Array.isArray(node.params)) for (const param of node.params) addBindings(param, declared);
    if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
      addBindings(node.id, declared);
    if (node.type === 'CatchClause') addBindings(node.param, declared);
    if (/^Import\w*Specifier$/.test(node.type)) addBindings(node.local, declared);
  });
  walk(program, (node, parent, key) => {
    if (node.type !== 'Identifier' || !hostGlobals.has(node.name)) return;
    const isMember = parent.type === 'MemberExpression' && key === 'property' && !parent.computed;
    const ofGlobal = isMember && parent.object.type === 'Identifier' && parent.object.name === 'globalThis';
    const isName =
      isMember ||
      (key === 'key' && !parent.computed) ||
      key === 'label' ||
      /^TS|Specifier$/.test(parent.type) ||
      key === 'params';
    if (ofGlobal || (!isName && !declared.has(node.name))) {
      report(lineAt(node.start), `'${node.name}' is the host's: reach it through sys/`);
    }
  });
}

/** @param {any} pattern @param {Set<string>} into */
function addBindings(pattern, into) {
  if (pattern === null || pattern === undefined) return;
  switch (pattern.type) {
    case 'Identifier':
      into.add(pattern.name);
      break;
    case 'AssignmentPattern':
      addBindings(pattern.left, into);
      break;
    case 'RestElement':
      addBindings(pattern.argument, into);
      break;
    case 'TSParameterProperty':
      addBindings(pattern.parameter, into);
      break;
    case 'ArrayPattern':
      for (const item of pattern.elements) addBindings(item, into);
      break;
    case 'ObjectPattern':
      for (const item of pattern.properties) addBindings(item.value ?? item, into);
      break;
  }
}

/**
 * One problem for each group of files that reach each other.
 * @param {string} src
 * @param {Map<string, SourceFile>} files
 * @returns {Problem[]}
 */
function findCycles(src, files) {
  /** @param {string} file */
  const edges = (file) =>
    (files.get(file)?.imports ?? [])
      .filter((item) => item.specifier.startsWith('.') && !item.typeOnly && !item.lazy)
      .map((item) => ({
        line: item.line,
        target: posixRelative(src, resolve(src, dirname(file), item.specifier)),
      }))
      .filter((edge) => files.has(edge.target));
  /** @type {Problem[]} */
  const problems = [];
  /** @type {Set<string>} */
  const finished = new Set();
  /** @type {string[]} */
  const path = [];
  /** @param {string} file */
  const visit = (file) => {
    path.push(file);
    for (const { target, line } of edges(file)) {
      if (path.includes(target)) {
        const cycle = [...path.slice(path.indexOf(target)), target].join(' -> ');
        problems.push({ file, line, message: `import cycle: ${cycle}` });
      } else if (!finished.has(target)) visit(target);
    }
    path.pop();
    finished.add(file);
  };
  for (const file of files.keys()) if (!finished.has(file)) visit(file);
  return problems;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const src = resolve(process.argv[2] ?? join(root, 'src'));
  const problems = checkLayers(src);
  for (const { file, line, message } of problems)
    console.error(`${posixRelative(root, join(src, file))}:${line}  ${message}`);
  const count = listTypeScript(src).length;
  console.log(
    problems.length === 0
      ? `layers: ${count} files, all in order`
      : `\nlayers: ${problems.length} problems in ${count} files`,
  );
  process.exit(problems.length === 0 ? 0 : 1);
}
