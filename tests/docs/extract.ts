// Finds the examples of the documentation and what the public entry points export.

import { dirname, join, resolve } from 'node:path';
import { readFileSync, existsSync } from 'node:fs';
import { listTypeScript, posixRelative, readSource, walk } from '../../scripts/source-files.mjs';
import type { SourceFile } from '../../scripts/source-files.mjs';

export interface Example {
  /** Where it stands, below the project's folder. */
  readonly file: string;
  /** Line of its first line of code. */
  readonly line: number;
  /** What it documents: `Queue.put`, or the heading's words in a Markdown file. */
  readonly symbol: string;
  readonly code: string;
  /** Fenced as `ts no-run`. */
  readonly skipped: boolean;
}

export interface PublicSymbol {
  readonly entry: string;
  readonly name: string;
  readonly file: string;
  readonly line: number;
  readonly kind: 'function' | 'class' | 'other';
  readonly hasExample: boolean;
}

const fence = /^([ \t]*)```(ts|typescript)\b([^\n]*)\n([\s\S]*?)^[ \t]*```/gm;

/** All examples: the docstrings of src/ and the fenced blocks of the given Markdown files. */
export function findExamples(root: string, markdown: readonly string[]): Example[] {
  const examples: Example[] = [];
  for (const path of listTypeScript(join(root, 'src'))) {
    const source = readSource(path);
    const symbols = symbolsByStart(source);
    for (const comment of source.comments) {
      if (comment.type !== 'Block' || !comment.value.startsWith('*')) continue;
      const text = comment.value.replace(/^[ \t]*\* ?/gm, '');
      const symbol = symbols.get(nextToken(source, comment.end)) ?? 'file';
      const firstLine = source.lineAt(comment.start);
      examples.push(...blocks(text, posixRelative(root, path), firstLine, () => symbol));
    }
  }
  for (const file of markdown) {
    if (!existsSync(join(root, file))) continue;
    const text = readFileSync(join(root, file), 'utf8');
    const heading = (offset: number): string =>
      /^#+ (.*)$/gm[Symbol.match](text.slice(0, offset))?.at(-1) ?? 'top';
    examples.push(...blocks(text, file, 1, (offset) => heading(offset).replace(/^#+ /, '')));
  }
  return examples;
}

function blocks(
  text: string,
  file: string,
  firstLine: number,
  symbolAt: (offset: number) => string,
): Example[] {
  return [...text.matchAll(fence)].map((match) => {
    const [, margin = '', , flags = '', body = ''] = match;
    const before = text.slice(0, match.index).split('\n').length;
    return {
      file,
      line: firstLine + before,
      symbol: symbolAt(match.index),
      code: margin === '' ? body : body.replaceAll(new RegExp(`^${margin}`, 'gm'), ''),
      skipped: /\bno-run\b/.test(flags),
    };
  });
}

/** Everything the entry points (by name: source file) export. */
export function publicSymbols(root: string, entries: Readonly<Record<string, string>>): PublicSymbol[] {
  const cache = new Map<string, SourceFile>();
  const read = (path: string): SourceFile => {
    const source = cache.get(path) ?? readSource(path);
    cache.set(path, source);
    return source;
  };
  return Object.entries(entries).flatMap(([entry, file]) =>
    [...exportsOf(join(root, file), read)].map(([name, { path, local }]) => {
      const source = read(path);
      const { start, kind } = declarationOf(source, local);
      const doc = docstringBefore(source, start);
      const hasExample = doc !== undefined && /@example\b[\s\S]*```ts/.test(doc);
      return { entry, name, file: posixRelative(root, path), line: source.lineAt(start), kind, hasExample };
    }),
  );
}

interface Origin {
  readonly path: string;
  readonly local: string;
}

/** Follows re-exports to the file that declares each exported name. */
function exportsOf(path: string, read: (path: string) => SourceFile): Map<string, Origin> {
  const found = new Map<string, Origin>();
  const { program } = read(path);
  const imported = new Map<string, Origin>();
  for (const node of program.body) {
    if (node.type !== 'ImportDeclaration' || !node.source.value.startsWith('.')) continue;
    for (const item of node.specifiers) {
      if (item.type !== 'ImportSpecifier') continue;
      imported.set(item.local.name, {
        path: resolve(dirname(path), node.source.value),
        local: item.imported.name,
      });
    }
  }
  for (const node of program.body) {
    const target = node.source ? resolve(dirname(path), node.source.value) : path;
    if (node.type === 'ExportAllDeclaration' && node.exported === null) {
      for (const [name, origin] of exportsOf(target, read)) found.set(name, origin);
    } else if (node.type === 'ExportNamedDeclaration') {
      for (const item of node.specifiers) {
        const local = item.local.name as string;
        const origin = node.source ? { path: target, local } : (imported.get(local) ?? { path, local });
        const deeper =
          origin.path === path ? origin : (exportsOf(origin.path, read).get(origin.local) ?? origin);
        found.set(item.exported.name, deeper);
      }
      for (const local of declaredNames(node.declaration)) found.set(local, { path, local });
    }
  }
  return found;
}

// oxlint-disable-next-line typescript/no-explicit-any -- a node of the syntax tree
type Node = any;

function declaredNames(declaration: Node): string[] {
  if (declaration === null || declaration === undefined) return [];
  if (declaration.type === 'VariableDeclaration') {
    return declaration.declarations.map((item: Node) => item.id.name as string);
  }
  return declaration.id?.name ? [declaration.id.name as string] : [];
}

function declarationOf(source: SourceFile, name: string): { start: number; kind: PublicSymbol['kind'] } {
  for (const node of source.program.body as Node[]) {
    const declaration = node.declaration ?? node;
    if (!declaredNames(declaration).includes(name)) continue;
    return { start: node.start as number, kind: kindOf(declaration, name) };
  }
  return { start: 0, kind: 'other' };
}

function kindOf(declaration: Node, name: string): PublicSymbol['kind'] {
  if (/Function$|FunctionDeclaration$/.test(declaration.type)) return 'function';
  if (declaration.type === 'ClassDeclaration') return 'class';
  const init = declaration.declarations?.find((item: Node) => item.id.name === name)?.init;
  if (/^(Arrow)?FunctionExpression$/.test(init?.type ?? '')) return 'function';
  return init?.type === 'ClassExpression' ? 'class' : 'other';
}

/** The docstring that ends right before this offset. */
function docstringBefore(source: SourceFile, start: number): string | undefined {
  return source.comments.findLast(
    (comment) =>
      comment.end <= start && comment.value.startsWith('*') && nextToken(source, comment.end) === start,
  )?.value;
}

/** The offset of the first token after `offset`: neither white space nor comment. */
function nextToken(source: SourceFile, offset: number): number {
  let at = offset;
  for (;;) {
    while (/\s/.test(source.text[at] ?? '')) at++;
    const comment = source.comments.find((item) => item.start === at);
    if (comment === undefined) return at;
    at = comment.end;
  }
}

/** The names of documented things by the offset at which they start. */
function symbolsByStart(source: SourceFile): Map<number, string> {
  const names = new Map<number, string>();
  const owners: { name: string; end: number }[] = [];
  walk(source.program, (node: Node) => {
    while (owners.length > 0 && node.start >= (owners.at(-1)?.end ?? 0)) owners.pop();
    const key =
      node.key?.name ?? (node.key?.type === 'MemberExpression' ? `[${node.key.property.name}]` : undefined);
    const declared =
      declaredNames(node.declaration ?? node)[0] ?? (node.type === 'VariableDeclarator' ? undefined : key);
    if (declared === undefined || /Param|TSTypeAnnotation|^Property$/.test(node.type)) return;
    const owner = owners.at(-1);
    const isMember = /Method|PropertyDefinition|PropertySignature|Accessor/.test(node.type);
    const name = isMember && owner ? `${owner.name}.${declared}` : declared;
    if (!names.has(node.start)) names.set(node.start, name);
    if (/^(Class|TSInterface)/.test(node.type)) owners.push({ name: declared, end: node.end });
  });
  return names;
}
