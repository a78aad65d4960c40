// npm run check:layers: the shape of the files of src/, after check-layers.mjs, who may import whom.
//
// - One idea a file, named after it: no index.ts, no utils, common or helpers. What lies directly in src/ is
//   published.
// - A file of more than 300 lines is named, one of more than 400 is an error.
// - A file of less than 25 lines that one other imports belongs there, unless it is a seam.
// - No name is exported by two files, but for the twins of the two backends. A wing has names of its own, as an
//   entry point has.
// - A member whose name begins with an underscore is for the folder that declares it.
//
//   node scripts/check-shape.mjs [folder]       src by default

import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { entryPoints, wings } from './check-layers.mjs';
import { root } from './runtime.mjs';
import { listTypeScript, posixRelative, readSource, walk } from './source-files.mjs';

/** @typedef {import('./source-files.mjs').SourceFile} SourceFile */

const longAbove = 300;
const tooLongAbove = 400;
const smallBelow = 25;
const declares = /^(Property|PropertyDefinition|MethodDefinition|TS(Abstract)?(Method|Property)\w+)$/;
const vagueNames = new Set(['util', 'utils', 'common', 'helper', 'helpers', 'misc', 'shared']);

/** Small files with a single importer that stay by themselves, and why. */
const seams = new Map([
  ['formats/json/json.ts', 'a namespace of the entry point'],
  ['net/socket/sockConnect.ts', 'a method of the loop'],
  ['sys/host/abort.ts', 'only sys touches the host'],
  ['sqlite/worker/main.ts', 'what the worker of a database loads'],
  ['sqlite/worker/program.ts', 'written by scripts/worker-program.mjs'],
]);

/**
 * What is wrong below a source folder, and what is on its way there.
 * @param {string} src absolute path
 * @param {ReadonlyMap<string, string>} alone small files that stay by themselves
 * @returns {{ errors: string[], warnings: string[] }}
 */
export function checkShape(src, alone = seams) {
  /** @type {Map<string, SourceFile>} by path below src */
  const files = new Map();
  for (const path of listTypeScript(src)) files.set(posixRelative(src, path), readSource(path));
  const importers = findImporters(src, files);
  /** @type {string[]} */
  const errors = [];
  /** @type {string[]} */
  const warnings = [];
  for (const [file, { text, lineAt, errors: syntax }] of files) {
    for (const message of syntax) errors.push(`${file}: syntax error: ${message}`);
    for (const message of wrongNames(file)) errors.push(`${file}: ${message}`);
    const lines = lineAt(text.trimEnd().length);
    if (lines > tooLongAbove) errors.push(`${file}: ${lines} lines, ${tooLongAbove} at most`);
    else if (lines > longAbove) warnings.push(`${file}: ${lines} lines, more than ${longAbove}`);
    const [importer, ...others] = importers.get(file) ?? [];
    const small = lines < smallBelow && importer !== undefined && others.length === 0;
    const stays = alone.has(file);
    if (small && !stays && !entryPoints.has(file))
      errors.push(`${file}: ${lines} lines for ${importer} alone: put it there`);
    if (!small && stays) errors.push(`${file}: neither small nor alone: take it out of its table`);
  }
  for (const file of alone.keys())
    if (!files.has(file)) errors.push(`${file}: is gone: take it out of its table`);
  errors.push(...findForeignMembers(files), ...findDoubleExports(files));
  return { errors, warnings };
}

/**
 * The uses of underscore members by folders that declare none of that name.
 * @param {Map<string, SourceFile>} files
 */
function findForeignMembers(files) {
  /** @param {any} node */
  const isHidden = (node) => node?.type === 'Identifier' && /^_[^_]/.test(node.name);
  /** @type {Map<string, Set<string>>} by folder */
  const declared = new Map();
  for (const [file, { program }] of files) {
    const names = declared.get(dirname(file)) ?? new Set();
    declared.set(dirname(file), names);
    walk(program, (node, parent) => {
      if (declares.test(node.type) && isHidden(node.key) && parent?.type !== 'ObjectPattern')
        names.add(node.key.name);
    });
  }
  /** @type {string[]} */
  const found = [];
  for (const [file, { program, lineAt }] of files) {
    walk(program, (node, parent) => {
      const taken = node.type === 'Property' && parent?.type === 'ObjectPattern' ? node.key : undefined;
      const member = node.type === 'MemberExpression' && !node.computed ? node.property : taken;
      if (!isHidden(member) || declared.get(dirname(file))?.has(member.name)) return;
      found.push(`${file}:${lineAt(member.start)}: ${member.name} is for the folder that declares it`);
    });
  }
  return found;
}

/** @param {string} file path below src */
function wrongNames(file) {
  const names = file.replace(/\.ts$/, '').split('/');
  const wrong = names
    .filter((name) => vagueNames.has(name.toLowerCase()))
    .map((name) => `'${name}' says nothing: name it after its idea`);
  if (names.at(-1) === 'index') wrong.push('no index.ts: name the file after its idea');
  if (names.length === 1 && !entryPoints.has(file))
    wrong.push('package.json does not publish this file: put it into the folder of its layer');
  return wrong;
}

/**
 * The names that two files declare and export.
 * @param {Map<string, SourceFile>} files
 */
function findDoubleExports(files) {
  /** @type {Map<string, string>} the first file, with a name for both twins */
  const first = new Map();
  /** @type {string[]} */
  const found = [];
  for (const [file, { program }] of files) {
    const twins = file.replace(/\/(?:host|selector)\//, '/backend/');
    const folder = file.split('/')[0] ?? '';
    const space = wings.includes(folder) ? folder : 'library';
    for (const { declaration } of program.body) {
      for (const { id } of declaration?.declarations ?? (declaration?.id ? [declaration] : [])) {
        const name = `${space} ${id.name}`;
        const other = first.get(name) ?? twins;
        first.set(name, other);
        if (other !== twins) found.push(`${file}: exports ${id.name}, and so does ${other}`);
      }
    }
  }
  return found;
}

/**
 * Who imports each file, types and `import()` included.
 * @param {string} src
 * @param {Map<string, SourceFile>} files
 */
function findImporters(src, files) {
  /** @type {Map<string, Set<string>>} */
  const importers = new Map();
  for (const [file, { imports }] of files) {
    for (const { specifier } of imports.filter((item) => item.specifier.startsWith('.'))) {
      const target = posixRelative(src, resolve(src, dirname(file), specifier));
      importers.set(target, (importers.get(target) ?? new Set()).add(file));
    }
  }
  return importers;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const src = resolve(process.argv[2] ?? join(root, 'src'));
  const { errors, warnings } = checkShape(src);
  for (const warning of warnings) console.log(`warning: ${warning}`);
  for (const error of errors) console.error(error);
  const { length } = listTypeScript(src);
  console.log(
    errors.length === 0 ? `shape: ${length} files, all in order` : `\nshape: ${errors.length} errors`,
  );
  process.exitCode = errors.length === 0 ? 0 : 1;
}
