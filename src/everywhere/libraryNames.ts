// The names under which a file has imported functions of the library, and which mean nothing else in it.

import type { Program } from 'oxc-parser';
import { children } from './operand.ts';
import type { AnyNode } from './operand.ts';

const LIBRARY = /^asyncio-ts(\/|$)/;

export function libraryNames(program: Program, keys: Record<string, string[]>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const statement of program.body) {
    if (statement.type !== 'ImportDeclaration' || !LIBRARY.test(statement.source.value)) continue;
    for (const { local } of statement.specifiers) names.add(local.name);
  }
  if (names.size > 0) dropDeclared(program as unknown as AnyNode, names, keys);
  return names;
}

/** Takes out what a function, a block or a parameter further in gives another meaning. */
function dropDeclared(node: AnyNode, names: Set<string>, keys: Record<string, string[]>): void {
  if (node.type === 'ImportDeclaration') return;
  for (const pattern of declared(node)) dropNames(pattern, names, keys);
  for (const child of children(node, keys)) dropDeclared(child, names, keys);
}

function declared(node: AnyNode): readonly AnyNode[] {
  switch (node.type as string) {
    case 'VariableDeclarator':
      return [node['id'] as AnyNode];
    case 'CatchClause':
      return node['param'] === null ? [] : [node['param'] as AnyNode];
    case 'FunctionDeclaration':
    case 'FunctionExpression':
    case 'ArrowFunctionExpression':
      return [...(node['id'] == null ? [] : [node['id'] as AnyNode]), ...(node['params'] as AnyNode[])];
    case 'ClassDeclaration':
    case 'ClassExpression':
      return node['id'] === null ? [] : [node['id'] as AnyNode];
    default:
      return [];
  }
}

// Names that only look up a default are taken out as well: they are then treated as any other call.
function dropNames(pattern: AnyNode, names: Set<string>, keys: Record<string, string[]>): void {
  if (pattern.type === 'Identifier') names.delete(pattern['name']);
  for (const child of children(pattern, keys)) dropNames(child, names, keys);
}
