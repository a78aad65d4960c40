// What the package declares: every function and class of an entry point with its methods and parameters, read
// from the sources by reflection. So what is added later is attacked without anybody having to remember.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'oxc-parser';

export interface Parameter {
  readonly name: string;
  /** Its type as it is written, or ''. */
  readonly type: string;
  readonly optional: boolean;
  readonly rest: boolean;
}

export interface Call {
  /** The name under which it is exported. */
  readonly name: string;
  readonly kind: 'function' | 'constructor' | 'method' | 'static' | 'setter' | 'getter';
  readonly member: string;
  readonly parameters: readonly Parameter[];
}

// The parser's nodes, as far as they are looked at.
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

/** Everything that can be called of an entry point, as `asyncio.ts`, given by its place in `src`. */
export function declaredCalls(entry: string): Call[] {
  const url = new URL(`../../src/${entry}`, import.meta.url);
  const calls: Call[] = [];
  for (const statement of parse(url).body) {
    if (statement.type !== 'ExportNamedDeclaration' || statement['exportKind'] === 'type') continue;
    const source = statement['source'] as { value: string } | null;
    if (source === null) calls.push(...callsOf(statement['declaration'] as Node, '', url));
    else
      for (const specifier of statement['specifiers'] as Node[])
        calls.push(...exported(specifier, source.value, url));
  }
  return calls;
}

function exported(specifier: Node, source: string, from: URL): Call[] {
  if (specifier['exportKind'] === 'type') return [];
  const local = (specifier['local'] as { name: string }).name;
  const name = (specifier['exported'] as { name: string }).name;
  return declaredIn(local, name, new URL(source, from));
}

/** The calls of what a file exports as `local`, under the name `as`. */
function declaredIn(local: string, as: string, url: URL): Call[] {
  for (const statement of parse(url).body) {
    if (statement.type !== 'ExportNamedDeclaration') continue;
    const declaration = statement['declaration'] as Node | null;
    if (declaration !== null) {
      if ((declaration['id'] as { name: string } | null)?.name === local)
        return callsOf(declaration, as, url);
      continue;
    }
    const again = (statement['specifiers'] as Node[]).find(
      (one) => (one['exported'] as { name: string }).name === local,
    );
    const further = statement['source'] as { value: string } | null;
    if (again !== undefined && further !== null)
      return declaredIn((again['local'] as { name: string }).name, as, new URL(further.value, url));
  }
  return [];
}

function callsOf(declaration: Node | null, as: string, url: URL): Call[] {
  const name = as || ((declaration?.['id'] as { name: string } | null)?.name ?? '');
  if (declaration?.type === 'FunctionDeclaration' || declaration?.type === 'TSDeclareFunction')
    return [{ name, kind: 'function', member: '', parameters: parametersOf(declaration, url) }];
  if (declaration?.type !== 'ClassDeclaration') return [];
  const own = [...membersOf(declaration, name, url)];
  const inherited = inheritedCalls(declaration, name, url);
  return [...own, ...inherited.filter(({ member }) => own.every((call) => call.member !== member))];
}

/** The calls of a class that is not exported itself. */
function inheritedCalls(declaration: Node, name: string, url: URL): Call[] {
  const base = (declaration['superClass'] as { name?: string } | null)?.name;
  for (const statement of parse(url).body) {
    if (statement.type !== 'ImportDeclaration') continue;
    const { value } = statement['source'] as { value: string };
    if (!value.startsWith('.')) continue;
    const specifiers = statement['specifiers'] as {
      local: { name: string };
      imported?: { name: string };
    }[];
    const found = specifiers.find((one) => one.local.name === base);
    if (found?.imported !== undefined) return declaredIn(found.imported.name, name, new URL(value, url));
  }
  return [];
}

function* membersOf(declaration: Node, name: string, url: URL): Generator<Call> {
  for (const member of (declaration['body'] as { body: Node[] }).body) {
    if (!member.type.endsWith('MethodDefinition')) continue;
    const key = member['key'] as Node;
    const value = member['value'] as Node;
    if (key.type === 'PrivateIdentifier' || member['accessibility'] !== null) continue;
    const written = text(url, key);
    if (written.startsWith('_') || member['computed'] === true || isInternal(url, member)) continue;
    const sort = member['kind'] as string;
    const kind: Call['kind'] =
      sort === 'constructor'
        ? 'constructor'
        : sort === 'get'
          ? 'getter'
          : sort === 'set'
            ? 'setter'
            : member['static'] === true
              ? 'static'
              : 'method';
    // An abstract class is made by its subclasses only.
    if (kind === 'constructor' && declaration['abstract'] === true) continue;
    yield { name, kind, member: written, parameters: parametersOf(value, url) };
  }
}

/** The comment before a member says that it is the library's own. */
function isInternal(url: URL, member: Node): boolean {
  const before = parse(url).source.slice(0, member.start).trimEnd();
  return before.endsWith('*/') && before.slice(before.lastIndexOf('/**')).includes('@internal');
}

function parametersOf(callable: Node, url: URL): Parameter[] {
  return (callable['params'] as Node[]).map((parameter) => {
    const rest = parameter.type === 'RestElement';
    const inner = (rest ? parameter['argument'] : parameter) as Node;
    const bound = (inner.type === 'AssignmentPattern' ? inner['left'] : inner) as Node;
    const annotation = (parameter['typeAnnotation'] ?? bound['typeAnnotation']) as {
      typeAnnotation: Node;
    } | null;
    return {
      name: typeof bound['name'] === 'string' ? bound['name'] : 'options',
      type: annotation ? text(url, annotation.typeAnnotation) : '',
      optional: inner.type === 'AssignmentPattern' || bound['optional'] === true,
      rest,
    };
  });
}

interface Parsed {
  readonly source: string;
  readonly body: readonly Node[];
}

const parsed: Map<string, Parsed> = new Map();

function parse(url: URL): Parsed {
  let file = parsed.get(url.href);
  if (file === undefined) {
    const source = readFileSync(url, 'utf8');
    const { program, errors } = parseSync(fileURLToPath(url), source);
    if (errors.length > 0) throw new Error(`${url.href} cannot be parsed`);
    file = { source, body: program.body as unknown as readonly Node[] };
    parsed.set(url.href, file);
  }
  return file;
}

function text(url: URL, node: Node): string {
  return parse(url).source.slice(node.start, node.end);
}
