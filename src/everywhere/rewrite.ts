// Rewrites a file so that its awaits are cancel points. Nothing but calls around operands is added, on the lines where
// they stand, so line numbers stay.
//
//   await E                     await P(count, E, activation, site)
//   for await (x of E)          for await (x of I(E, activation, site))
//   return E   in an async fn   return R(count, E, activation, site)
//   yield E    in an async gen  Y(yield P(count, E, activation, site), activation = B())
//   async fn with any of these  const activation = B();   first in its body
//
// `count` is read before E is worked out, so that what E begins is known to stand in it (core/future/innermost.ts). At
// the top level of a module the activation is 0. What `await using` waits for at the end of its block is clean-up,
// and stays as it is.

import type { Program } from 'oxc-parser';
import type Edited from 'magic-string';
import type { Peers } from './peers.ts';
import { libraryNames } from './libraryNames.ts';
import { bare, children, describeOperand } from './operand.ts';
import type { AnyNode } from './operand.ts';

export interface Source {
  readonly code: string;
  /** Its name, whose extension says whether it is TypeScript or has JSX. */
  readonly file: string;
  /** Its name in reports. */
  readonly shown: string;
  /** Where the added calls come from. */
  readonly runtime: string;
  /** What kind of file it is; by its text where that is not known. */
  readonly format?: 'module' | 'commonjs' | undefined;
}

/** A function, or the module, whose own awaits are looked at. */
interface Scope {
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly name: string;
  /** Undefined at the top level of a module. */
  readonly body: AnyNode | undefined;
  rewritten: boolean;
}

const LANGUAGES: Record<string, 'ts' | 'tsx'> = { ts: 'ts', mts: 'ts', cts: 'ts', tsx: 'tsx' };

/** What is no promise. */
const PLAIN: ReadonlySet<string> = new Set([
  'Literal',
  'TemplateLiteral',
  'FunctionExpression',
  'ArrowFunctionExpression',
  'ClassExpression',
  'ArrayExpression',
  'BinaryExpression',
  'UnaryExpression',
  'UpdateExpression',
]);
const NO_RESULT: ReadonlySet<string> = new Set([
  ...PLAIN,
  'ObjectExpression',
  'AwaitExpression',
  'ThisExpression',
]);

/** The rewritten file; undefined where there is nothing to rewrite, and for what can't be parsed, which is for whoever
 * runs it to tell. */
export function rewrite(source: Source, peers: Peers): Edited | undefined {
  if (!/\basync\b|\bawait\b/.test(source.code)) return undefined;
  const extension = /\.([a-z]+)$/.exec(source.file)?.[1] ?? 'js';
  const lang = LANGUAGES[extension] ?? 'jsx';
  // A host takes a file that is no CommonJS for a module, whatever it was called.
  const types = source.format === 'module' ? (['module'] as const) : (['module', 'commonjs'] as const);
  for (const sourceType of source.format === 'commonjs' ? types.toReversed() : types) {
    const { program, errors, module } = peers.parser.parseSync(source.file, source.code, {
      lang,
      sourceType,
    });
    if (errors.length > 0) continue;
    const isModule = source.format === undefined ? module.hasModuleSyntax : sourceType === 'module';
    return new Rewriter(source, peers, program as unknown as AnyNode).run(isModule);
  }
  return undefined;
}

class Rewriter {
  readonly #source: Source;
  readonly #keys: Record<string, string[]>;
  readonly #program: AnyNode;
  readonly #edited: Edited;
  readonly #ours: ReadonlySet<string>;
  readonly #prefix: string;
  readonly #used: Set<string> = new Set();
  readonly #lines: number[] = [0];

  constructor(source: Source, peers: Peers, program: AnyNode) {
    const { code } = source;
    this.#source = source;
    this.#keys = peers.parser.visitorKeys;
    this.#program = program;
    this.#edited = new peers.strings.default(code);
    this.#ours = libraryNames(program as unknown as Program, this.#keys);
    let prefix = '__asyncio_';
    for (let more = 1; code.includes(prefix); more++) prefix = `__asyncio${more}_`;
    this.#prefix = prefix;
    for (let at = code.indexOf('\n'); at !== -1; at = code.indexOf('\n', at + 1)) this.#lines.push(at + 1);
  }

  run(isModule: boolean): Edited | undefined {
    const top: Scope = { isAsync: true, isGenerator: false, name: '', body: undefined, rewritten: false };
    this.#inside(this.#program, top);
    if (this.#used.size === 0) return undefined;
    const from = JSON.stringify(this.#source.runtime);
    if (isModule || top.rewritten) {
      const names = [...this.#used].map((name) => `${name} as ${this.#prefix}${name}`);
      // At the end: imports are there before the file runs, wherever they stand.
      this.#edited.append(`\nimport { ${names.join(', ')} } from ${from};\n`);
    } else {
      const names = [...this.#used].map((name) => `${name}: ${this.#prefix}${name}`);
      this.#first(this.#program, `const { ${names.join(', ')} } = require(${from});`);
    }
    return this.#edited;
  }

  #inside(node: AnyNode, scope: Scope): void {
    for (const child of children(node, this.#keys)) this.#visit(child, node, scope);
  }

  #visit(node: AnyNode, parent: AnyNode, scope: Scope): void {
    switch (node.type as string) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
      case 'ArrowFunctionExpression':
        return this.#function(node, parent);
      case 'AwaitExpression':
        return this.#await(node, scope);
      case 'ForOfStatement':
        return node['await'] === true ? this.#forAwait(node, scope) : this.#inside(node, scope);
      case 'YieldExpression':
        return scope.isAsync ? this.#yield(node, scope) : this.#inside(node, scope);
      case 'ReturnStatement':
        if (scope.isAsync && scope.body !== undefined && node['argument'] !== null)
          return this.#result(node, node['argument'] as AnyNode, scope);
    }
    this.#inside(node, scope);
  }

  #function(node: AnyNode, parent: AnyNode): void {
    const body = node['body'] as AnyNode | null;
    if (body === null) return;
    const scope: Scope = {
      isAsync: node['async'] === true,
      isGenerator: node['generator'] === true,
      name: nameOf(node) ?? nameOf(parent) ?? '',
      body,
      rewritten: false,
    };
    for (const child of children(node, this.#keys)) if (child !== body) this.#visit(child, node, scope);
    const isExpression = node.type === 'ArrowFunctionExpression' && node['expression'] === true;
    if (isExpression && scope.isAsync) this.#result(body, body, scope);
    else this.#visit(body, node, scope);
    if (!scope.rewritten) return;
    const begin = `${scope.isGenerator ? 'let' : 'const'} ${this.#prefix}activation=${this.#name('beginActivation')}();`;
    if (!isExpression) this.#first(body, begin);
    else {
      this.#edited.prependLeft(body.start, `{${begin}return `);
      this.#edited.appendLeft(body.end, '}');
    }
  }

  #await(node: AnyNode, scope: Scope): void {
    const operand = node['argument'] as AnyNode;
    this.#inside(node, scope);
    if (bare(operand).type !== 'Literal') this.#wrap('cancelPoint', node, operand, scope);
  }

  #forAwait(node: AnyNode, scope: Scope): void {
    const operand = node['right'] as AnyNode;
    this.#inside(node, scope);
    this.#put(operand, `${this.#name('iterate')}(`, this.#rest(node, operand, scope));
  }

  /** What an async function returns. */
  #result(node: AnyNode, operand: AnyNode, scope: Scope): void {
    this.#visit(operand, node, scope);
    if (NO_RESULT.has(bare(operand).type)) return;
    this.#wrap(scope.isGenerator ? 'cancelPoint' : 'returned', node, operand, scope);
  }

  #yield(node: AnyNode, scope: Scope): void {
    const operand = node['argument'] as AnyNode | null;
    this.#inside(node, scope);
    if (operand !== null && node['delegate'] === true)
      this.#put(operand, `${this.#name('iterate')}(`, this.#rest(node, operand, scope));
    else if (operand !== null && !PLAIN.has(bare(operand).type))
      this.#wrap('cancelPoint', node, operand, scope);
    scope.rewritten = true;
    this.#put(
      node,
      `${this.#name('resumed')}(`,
      `,${this.#prefix}activation=${this.#name('beginActivation')}())`,
    );
  }

  #wrap(call: string, node: AnyNode, operand: AnyNode, scope: Scope): void {
    const list = operand.type === 'SequenceExpression';
    const before = `${this.#name(call)}(${this.#name('awaits')}.count,${list ? '(' : ''}`;
    this.#put(operand, before, (list ? ')' : '') + this.#rest(node, operand, scope));
  }

  /** The arguments after the operand. */
  #rest(node: AnyNode, operand: AnyNode, scope: Scope): string {
    scope.rewritten = true;
    const { code, shown } = this.#source;
    const { kind, name } = describeOperand(operand, code, this.#ours, this.#keys);
    const site = `${kind}|${name}|${scope.name}|${shown}:${this.#place(node.start)}`;
    return `,${scope.body === undefined ? '0' : `${this.#prefix}activation`},${JSON.stringify(site)})`;
  }

  #place(offset: number): string {
    let low = 0;
    let high = this.#lines.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#lines[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return `${low + 1}:${offset - (this.#lines[low] as number) + 1}`;
  }

  #name(name: string): string {
    this.#used.add(name);
    return this.#prefix + name;
  }

  // What stands further in has been put there before.
  #put(node: AnyNode, before: string, after: string): void {
    this.#edited.prependLeft(node.start, before);
    this.#edited.appendLeft(node.end, after);
  }

  /** Puts a statement first in a body, behind `'use strict'` and its like. */
  #first(body: AnyNode, statement: string): void {
    const { body: statements, hashbang } = body as unknown as {
      body: AnyNode[];
      hashbang?: AnyNode | null;
    };
    const directives = statements.filter(
      (one) => one['directive'] !== undefined && one['directive'] !== null,
    );
    const last = directives.at(-1);
    const open = last !== undefined && !this.#source.code.startsWith(';', last.end - 1);
    if (last !== undefined) this.#edited.prependLeft(last.end, (open ? ';' : '') + statement);
    else if (body.type !== 'Program') this.#edited.prependLeft(body.start + 1, statement);
    else this.#edited.prependLeft(hashbang == null ? 0 : this.#source.code.indexOf('\n') + 1, statement);
  }
}

/** What a function is called that is written there. */
function nameOf(node: AnyNode): string | undefined {
  const named = (node['id'] ?? node['key'] ?? node['left']) as AnyNode | null | undefined;
  return named?.type === 'Identifier' ? named['name'] : undefined;
}
