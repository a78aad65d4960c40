// What is typed at the prompt, made into a script: TypeScript loses its types, `await` and `import` work at the top, and
// what is declared is there for the next input.
//
// 1. The input becomes the body of one async function, which the script calls. Its declarations become assignments to
//    global names, so they outlive it, and a name can be declared again.
// 2. The value of the last expression comes back in an object: a promise that was not awaited is shown, not waited for.
// 3. Static imports become awaited dynamic ones.
// 4. Text that ends too early is told apart from wrong text: `UnfinishedInput`.

import { parse } from 'acorn';
import type { ImportDeclaration, Node, Program, VariableDeclaration } from 'acorn';

/** What stands before the input on its first line. */
export const HEAD = '(async () => {';

/** Removes types; undefined where the host can't. */
export type StripTypes = ((code: string) => string) | undefined;

/** The input is the beginning of something longer. */
export class UnfinishedInput extends Error {}

/** A script whose value is a promise of `{ value }`, or of undefined where the input has no value.
 * @throws SyntaxError, UnfinishedInput */
export function prepare(input: string, stripTypes: StripTypes): string {
  const asExpression = asObject(input, stripTypes);
  if (asExpression !== undefined) return asExpression;
  const code = strip(input, stripTypes);
  const program = parseOrSay(code);
  const edits = new Edits(code);
  for (const statement of program.body) {
    if (statement.type === 'ImportDeclaration') edits.replace(statement, importText(statement, code));
    else if (statement.type.startsWith('Export')) throw new SyntaxError('an input exports nothing');
    else declare(statement, edits, true);
  }
  const last = program.body.at(-1);
  if (last?.type === 'ExpressionStatement') {
    edits.insert(last.start, 'return { value: (');
    const end = code.slice(0, last.end).replace(/;$/, '').length;
    edits.replaceRange(end, last.end, ') };');
  }
  return `${HEAD}${edits.text()}\n})()`;
}

/** The input without its types, when it is whole.
 * @throws SyntaxError, UnfinishedInput */
export function checkComplete(input: string, stripTypes: StripTypes): string {
  if (looksLikeObject(input)) {
    const code = strip(`(${input}\n)`, stripTypes);
    if (parses(code)) return code;
  }
  const code = strip(input, stripTypes);
  parseOrSay(code);
  return code;
}

const looksLikeObject = (input: string): boolean => /^\s*\{[^]*\}\s*$/.test(input);

function parses(code: string): boolean {
  try {
    parseOrSay(code);
    return true;
  } catch {
    return false;
  }
}

/** `{ a: 1 }` is an object at a prompt, where a file would have a block. */
function asObject(input: string, stripTypes: StripTypes): string | undefined {
  if (!looksLikeObject(input)) return undefined;
  try {
    return prepare(`(${input}\n)`, stripTypes);
  } catch {
    return undefined;
  }
}

// In the words of Node's and Bun's parsers.
const ENDS_EARLY =
  /got '<eof>'|token `<eof>`|Unexpected eof|end of file|^Unterminated (template|block comment)|to terminate multi-line comment/;

function strip(input: string, stripTypes: StripTypes): string {
  if (stripTypes === undefined) return input;
  try {
    return stripTypes(input);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes('not supported in strip-only mode'))
      throw new SyntaxError(message.replace(/ at file:.*$/, ''));
    if (ENDS_EARLY.test(message) || lacksExpression(input, stripTypes)) throw new UnfinishedInput(message);
    // What it thinks wrong is said by the other parser, which knows the place.
    return input;
  }
}

/** Whether nothing is wrong with it but that an expression is missing at its end. */
function lacksExpression(input: string, stripTypes: NonNullable<StripTypes>): boolean {
  try {
    stripTypes(`${input}\n0`);
    return true;
  } catch {
    return false;
  }
}

function parseOrSay(code: string): Program {
  try {
    return parse(code, {
      ecmaVersion: 'latest',
      sourceType: 'module',
      allowAwaitOutsideFunction: true,
      allowHashBang: true,
    });
  } catch (error) {
    const { pos, raisedAt, message } = error as SyntaxError & { pos: number; raisedAt: number };
    const text = message.replace(/ \(\d+:\d+\)$/, '');
    const atEnd = raisedAt >= code.trimEnd().length && pos >= code.trimEnd().length;
    if (atEnd || /^Unterminated (template|comment)/.test(text)) throw new UnfinishedInput(text);
    throw new SyntaxError(`${text}\n${pointAt(code, pos)}`);
  }
}

function pointAt(code: string, pos: number): string {
  const start = code.lastIndexOf('\n', pos - 1) + 1;
  const line = code.slice(start).split('\n')[0] ?? '';
  return `  ${line}\n  ${' '.repeat(pos - start)}^`;
}

/** Makes global what a statement declares; nested blocks keep what is theirs, and give away what `var` declares. */
function declare(node: Node, edits: Edits, top: boolean): void {
  switch (node.type) {
    case 'VariableDeclaration': {
      const declaration = node as VariableDeclaration;
      if (top || declaration.kind === 'var') assign(declaration, edits);
      return;
    }
    case 'FunctionDeclaration':
      if (top) edits.first(`globalThis.${nameOf(node)} = ${nameOf(node)}; `);
      return;
    case 'ClassDeclaration':
      if (top) {
        edits.insert(node.start, `globalThis.${nameOf(node)} = `);
        edits.insert(node.end, ';');
      }
      return;
    case 'ForStatement':
    case 'ForInStatement':
    case 'ForOfStatement': {
      const head = node as unknown as { init?: Node | null; left?: Node };
      const declared = head.init ?? head.left;
      if (declared?.type === 'VariableDeclaration' && (declared as VariableDeclaration).kind === 'var')
        assignInHead(declared as VariableDeclaration, edits);
      declare((node as unknown as { body: Node }).body, edits, false);
      return;
    }
    default:
      for (const part of statementsIn(node)) declare(part, edits, false);
  }
}

const nameOf = (node: Node): string => (node as unknown as { id: { name: string } }).id.name;

/** The statements right inside of one: not those of functions. */
function* statementsIn(node: Node): Iterable<Node> {
  for (const key of ['body', 'block', 'consequent', 'alternate', 'handler', 'finalizer', 'cases'])
    yield* nodesIn((node as unknown as Record<string, unknown>)[key]);
}

function* nodesIn(value: unknown): Iterable<Node> {
  for (const each of Array.isArray(value) ? (value as unknown[]) : [value])
    if (typeof (each as Node | null | undefined)?.type === 'string') yield each as Node;
}

function assign(declaration: VariableDeclaration, edits: Edits): void {
  const first = declaration.declarations[0];
  if (first === undefined) return;
  edits.replaceRange(declaration.start, first.start, 'void (');
  for (const { init, end } of declaration.declarations)
    if (init === null || init === undefined) edits.insert(end, ' = undefined');
  const last = declaration.declarations.at(-1);
  edits.replaceRange(last?.end ?? declaration.end, declaration.end, ');');
}

function assignInHead(declaration: VariableDeclaration, edits: Edits): void {
  const first = declaration.declarations[0];
  if (first !== undefined) edits.replaceRange(declaration.start, first.start, '');
}

function importText(node: ImportDeclaration, code: string): string {
  const attributes = code.slice(node.source.end, node.end).replace(/;\s*$/, '').trim();
  const options = attributes === '' ? '' : `, { ${attributes.replace(/^with\s*/, 'with: ')} }`;
  const imported = `await import(${node.source.raw}${options})`;
  const all = node.specifiers.find(({ type }) => type === 'ImportNamespaceSpecifier');
  const names = node.specifiers.flatMap((each) => {
    if (each.type === 'ImportDefaultSpecifier') return [`default: ${each.local.name}`];
    if (each.type === 'ImportNamespaceSpecifier') return [];
    const { imported: from } = each;
    const name = from.type === 'Identifier' ? from.name : JSON.stringify(from.value);
    return [`${name}: ${each.local.name}`];
  });
  if (all === undefined)
    return names.length === 0 ? `${imported};` : `({ ${names.join(', ')} } = ${imported});`;
  const module = `${all.local.name} = ${imported};`;
  return names.length === 0 ? module : `${module} ({ ${names.join(', ')} } = ${all.local.name});`;
}

/** Changes to a text, by places of the text as it was. */
class Edits {
  readonly #code: string;
  readonly #edits: { start: number; end: number; text: string; order: number }[] = [];

  #first = '';

  constructor(code: string) {
    this.#code = code;
  }

  /** Puts a text before everything. */
  first(text: string): void {
    this.#first += text;
  }

  insert(at: number, text: string): void {
    this.replaceRange(at, at, text);
  }

  replace(node: Node, text: string): void {
    this.replaceRange(node.start, node.end, text);
  }

  replaceRange(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text, order: this.#edits.length });
  }

  text(): string {
    let text = this.#first;
    let at = 0;
    for (const edit of this.#edits.sort((a, b) => a.start - b.start || a.order - b.order)) {
      text += this.#code.slice(at, edit.start) + edit.text;
      at = Math.max(at, edit.end);
    }
    return text + this.#code.slice(at);
  }
}
