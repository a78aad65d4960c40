// Reads TypeScript sources for the project's own checks: what a file imports, exports and documents.
// oxc-parser gives the syntax tree; TypeScript 7 has no JavaScript API for it.

import { readFileSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { parseSync } from 'oxc-parser';

/**
 * @typedef {object} Import
 * @property {string} specifier
 * @property {number} line
 * @property {boolean} typeOnly erased when the types are stripped
 * @property {boolean} lazy loaded by `import()`, when it is asked for
 */

/**
 * @typedef {object} SourceFile
 * @property {string} path absolute
 * @property {string} text
 * @property {any} program the syntax tree (ESTree with TypeScript nodes)
 * @property {{ type: string, value: string, start: number, end: number }[]} comments
 * @property {Import[]} imports all of them: static, re-exports, dynamic, `import('x').Type`
 * @property {(offset: number) => number} lineAt line number, from 1
 * @property {string[]} errors syntax errors
 */

/**
 * All `.ts` files below a folder, sorted.
 * @param {string} folder
 * @returns {string[]} absolute paths
 */
export function listTypeScript(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.d.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** @param {string} from @param {string} path */
export const posixRelative = (from, path) => relative(from, path).split(sep).join('/');

/**
 * @param {string} path absolute path
 * @returns {SourceFile}
 */
export function readSource(path) {
  const text = readFileSync(path, 'utf8');
  const { program, comments, errors } = parseSync(path, text);
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  /** @param {number} offset */
  const lineAt = (offset) => {
    let low = 0;
    for (let high = lineStarts.length; high - low > 1;) {
      const middle = (low + high) >> 1;
      if ((lineStarts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
  const imports = findImports(program, lineAt);
  return { path, text, program, comments, imports, lineAt, errors: errors.map((error) => error.message) };
}

/**
 * Calls `visit` for each node of a syntax tree, parents first.
 * @param {any} node
 * @param {(node: any, parent: any, key: string) => void} visit
 * @param {any} [parent]
 * @param {string} [key]
 */
export function walk(node, visit, parent, key = '') {
  visit(node, parent, key);
  for (const [name, value] of Object.entries(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (child !== null && typeof child === 'object' && typeof child.type === 'string')
        walk(child, visit, node, name);
    }
  }
}

/**
 * @param {any} program
 * @param {(offset: number) => number} lineAt
 * @returns {Import[]}
 */
function findImports(program, lineAt) {
  /** @type {Import[]} */
  const imports = [];
  walk(program, (node) => {
    const source = node.source;
    if (source?.type !== 'Literal' || typeof source.value !== 'string') return;
    const kind = node.importKind ?? node.exportKind;
    const typeOnly = kind === 'type' || node.type === 'TSImportType';
    const lazy = node.type === 'ImportExpression';
    imports.push({ specifier: source.value, line: lineAt(node.start), typeOnly, lazy });
  });
  return imports;
}
