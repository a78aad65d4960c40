// Shell patterns as regular expressions: Python's fnmatch and glob.translate.
//
// 1. The expressions are for the flags `su`: a character is a whole one, and `.` is any.
// 2. In a pattern of a name (`fnmatch`) whatever stands between two stars is looked for once, from the left: no pattern
//    makes the match slow.
// 3. `[…]` is read as Python reads it: `!` negates, a `-` where no range can be and a `]` in front are themselves, and
//    a range that ends before it begins is empty.

/** A piece of a pattern: one for any number of characters, or the expression for one character. */
const STAR: unique symbol = Symbol('star');

function readPieces(pattern: string, anyOne: string): (string | typeof STAR)[] {
  const characters = Array.from(pattern);
  const pieces: (string | typeof STAR)[] = [];
  for (let i = 0; i < characters.length; i++) {
    const character = characters[i] as string;
    if (character === '*') {
      if (pieces.at(-1) !== STAR) pieces.push(STAR);
    } else if (character === '?') {
      pieces.push(anyOne);
    } else if (character === '[') {
      let end = i + (characters[i + 1] === '!' ? 2 : 1);
      if (characters[end] === ']') end++;
      while (end < characters.length && characters[end] !== ']') end++;
      if (end >= characters.length) {
        pieces.push('\\[');
      } else {
        pieces.push(setOf(characters.slice(i + 1, end)));
        i = end;
      }
    } else {
      pieces.push(literal(character));
    }
  }
  return pieces;
}

function setOf(inside: string[]): string {
  const negated = inside[0] === '!';
  const members = negated ? inside.slice(1) : inside;
  let set = '';
  for (let i = 0; i < members.length; i++) {
    const low = members[i] as string;
    const high = members[i + 2];
    if (members[i + 1] === '-' && high !== undefined) {
      if ((low.codePointAt(0) as number) <= (high.codePointAt(0) as number))
        set += `${literal(low)}-${literal(high)}`;
      i += 2;
    } else {
      set += literal(low);
    }
  }
  if (set === '') return negated ? '.' : '(?!)';
  return `[${negated ? '^' : ''}${set}]`;
}

/** The expression for just this character, inside of a set and outside. */
function literal(character: string): string {
  return /^\w$/.test(character) ? character : `\\u{${(character.codePointAt(0) as number).toString(16)}}`;
}

/** The expression for a pattern of a whole name, in which `/` is a character like any other. */
export function translateName(pattern: string): string {
  const pieces = readPieces(pattern, '.');
  let expression = '';
  let groups = 0;
  for (let i = 0; i < pieces.length;) {
    if (pieces[i] !== STAR) {
      expression += pieces[i++] as string;
      continue;
    }
    let fixed = '';
    for (i++; i < pieces.length && pieces[i] !== STAR; i++) fixed += pieces[i] as string;
    if (i === pieces.length) expression += `.*${fixed}`;
    else expression += `(?=(.*?${fixed}))\\${++groups}`;
  }
  return `^(?:${expression})$`;
}

export interface TranslateOptions {
  /** The segment `**` stands for any number of segments; false by default. */
  readonly recursive?: boolean | undefined;
  /** Wildcards stand for names with a dot in front too; false by default. */
  readonly includeHidden?: boolean | undefined;
  /** The characters that separate segments; `/` by default. */
  readonly seps?: string | undefined;
}

/** The source of a regular expression for a path pattern, to be compiled with the flags `su`: Python's glob.translate.
 * @example
 * ```ts
 * import { glob } from 'asyncio-ts/files';
 * const pattern = new RegExp(glob.translate('src/**' + '/*.ts', { recursive: true }), 'su');
 * console.log(pattern.test('src/a/b.ts'), pattern.test('src/.git/b.ts')); // -> true false
 * ```
 */
export function translate(
  pattern: string,
  { recursive = false, includeHidden = false, seps = '/' }: TranslateOptions = {},
): string {
  const escaped = Array.from(seps, literal).join('');
  const separator = `[${escaped}]`;
  const inSegment = `[^${escaped}]`;
  const lastSegment = includeHidden ? `${inSegment}+` : `[^${escaped}.]${inSegment}*`;
  const segment = `${lastSegment}${separator}`;
  const segments = includeHidden ? `(?:.+${separator})?` : `(?:${segment})*`;
  const lastSegments = includeHidden ? '.*' : `${segments}(?:${lastSegment})?`;
  const parts = pattern.split(new RegExp(separator, 'u'));
  const expression = parts.map((part, index) => {
    const last = index === parts.length - 1;
    if (part === '*') return last ? lastSegment : segment;
    if (recursive && part === '**') {
      if (last) return lastSegments;
      return parts[index + 1] === '**' ? '' : segments;
    }
    const hidden = !includeHidden && /^[*?]/.test(part) ? '(?!\\.)' : '';
    const pieces = readPieces(part, inSegment).map((piece) => (piece === STAR ? `${inSegment}*` : piece));
    return hidden + pieces.join('') + (last ? '' : separator);
  });
  return `^(?:${expression.join('')})$`;
}

const compiled = new Map<string, RegExp>();

/** Keeps the expressions that were made last. */
function compile(key: string, source: () => string, caseSensitive: boolean): RegExp {
  let expression = compiled.get(key);
  if (expression === undefined) {
    expression = new RegExp(source(), caseSensitive ? 'su' : 'isu');
    if (compiled.size >= 512) compiled.clear();
    compiled.set(key, expression);
  }
  return expression;
}

/** The expression for a pattern of a name. */
export function namePattern(pattern: string, caseSensitive = true): RegExp {
  return compile(`n${caseSensitive}${pattern}`, () => translateName(pattern), caseSensitive);
}

/** The expression for a pattern of a path in which hidden names are as any, as pathlib has it. */
export function pathPattern(pattern: string, caseSensitive: boolean, recursive: boolean): RegExp {
  const source = (): string => translate(pattern, { recursive, includeHidden: true });
  return compile(`p${caseSensitive}${recursive}${pattern}`, source, caseSensitive);
}

/** Whether the name fits the pattern: Python's fnmatch.fnmatchcase.
 * @example
 * ```ts
 * import { fnmatch } from 'asyncio-ts/files';
 * console.log(fnmatch('report-7.txt', 'report-[0-9].*')); // -> true
 * ```
 */
export function fnmatch(name: string, pattern: string): boolean {
  return namePattern(pattern).test(name);
}

/** Whether a pattern has wildcards in it: Python's glob.has_magic.
 * @example
 * ```ts
 * import { glob } from 'asyncio-ts/files';
 * console.log(glob.hasMagic('a/b.txt'), glob.hasMagic('a/*.txt')); // -> false true
 * ```
 */
export function hasMagic(pattern: string): boolean {
  return /[*?[]/.test(pattern);
}

/** The pattern that stands for just this path: Python's glob.escape.
 * @example
 * ```ts
 * import { glob } from 'asyncio-ts/files';
 * console.log(glob.escape('what?.txt')); // -> what[?].txt
 * ```
 */
export function escape(path: string): string {
  return path.replaceAll(/[*?[]/g, '[$&]');
}
