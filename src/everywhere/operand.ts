// What is awaited, as far as its text tells: how the wait came to its promise, and what reports call it.
//
//   c  a call, or the making of an object: what runs in it began during the call
//   o  a call that was given a function, which may be called back later
//   p  Promise.all and its like
//   g  the same of a variable: what it holds may have begun before
//   v  a value that was there before
//   l  a call of a function that was imported from the library

import type { Node } from 'oxc-parser';

export interface Operand {
  readonly kind: 'c' | 'o' | 'p' | 'g' | 'v' | 'l';
  /** What reports call it: `fetch`; empty for what has no short name. */
  readonly name: string;
}

/** A node of any kind, with its children by name. */
export type AnyNode = Node & Record<string, unknown>;

const LONGEST = 40;
const COMBINATOR = /^Promise\s*\.\s*(all|allSettled|any|race)$/;
const FUNCTIONS: ReadonlySet<string> = new Set(['FunctionExpression', 'ArrowFunctionExpression']);
const CALLS: ReadonlySet<string> = new Set([
  'CallExpression',
  'NewExpression',
  'ImportExpression',
  'TaggedTemplateExpression',
]);
const AROUND: ReadonlySet<string> = new Set([
  'ParenthesizedExpression',
  'ChainExpression',
  'TSAsExpression',
  'TSSatisfiesExpression',
  'TSNonNullExpression',
  'TSTypeAssertion',
]);

/** What stands inside of parentheses and type annotations. */
export function bare(node: AnyNode): AnyNode {
  let at = node;
  while (AROUND.has(at.type)) at = at['expression'] as AnyNode;
  return at;
}

export function describeOperand(
  node: AnyNode,
  code: string,
  ours: ReadonlySet<string>,
  keys: Record<string, string[]>,
): Operand {
  const at = bare(node);
  const text = ({ start, end }: AnyNode): string => code.slice(start, end);
  if (at.type === 'ImportExpression') return { kind: 'c', name: 'import' };
  if (at.type === 'CallExpression') {
    const callee = bare(at['callee'] as AnyNode);
    const name = FUNCTIONS.has(callee.type) ? '' : short(text(callee));
    if (callee.type === 'Identifier' && ours.has(text(callee))) return { kind: 'l', name };
    if (COMBINATOR.test(text(callee))) {
      const [given] = at['arguments'] as AnyNode[];
      const isVariable = given?.type === 'Identifier' || given?.type === 'MemberExpression';
      return { kind: isVariable ? 'g' : 'p', name };
    }
    return { kind: contains(at, FUNCTIONS, keys) ? 'o' : 'c', name };
  }
  if (at.type === 'NewExpression')
    return { kind: 'c', name: short(`new ${text(at['callee'] as AnyNode)}`) };
  if (at.type === 'Identifier' || at.type === 'MemberExpression') {
    return { kind: 'v', name: contains(at, CALLS, keys) ? '' : short(text(at)) };
  }
  if (!contains(at, CALLS, keys)) return { kind: 'v', name: '' };
  return { kind: contains(at, FUNCTIONS, keys) ? 'o' : 'c', name: '' };
}

function short(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').replaceAll('|', '¦');
  return line.length > LONGEST ? '' : line;
}

/** The children of a node, in the order of the text. */
export function* children(node: AnyNode, keys: Record<string, string[]>): Generator<AnyNode> {
  for (const key of keys[node.type] ?? []) {
    const value = node[key] as AnyNode | readonly (AnyNode | null)[] | null | undefined;
    if (Array.isArray(value)) {
      for (const child of value) if (child !== null) yield child as AnyNode;
    } else if (value !== null && value !== undefined) yield value as AnyNode;
  }
}

function contains(node: AnyNode, types: ReadonlySet<string>, keys: Record<string, string[]>): boolean {
  for (const child of children(node, keys)) {
    if (types.has(child.type)) return true;
    if (!FUNCTIONS.has(child.type) && contains(child, types, keys)) return true;
  }
  return false;
}
