// A dialect: how fields, rows and quotes are told apart, checked once and for good, by Python's rules.
//
// 1. A dialect is complete and doesn't change. Whoever has one need not check it.
// 2. `undefined` is "as in the dialect it is derived from"; `null` is Python's None: no such character.
// 3. A character is a code point, as in Python: 😀 is one.

import { InvalidArgumentError } from '../../asyncio.ts';
import { CsvError } from './csvError.ts';

/** Quotes only around fields that need them. Reading: all fields are text. */
export const QUOTE_MINIMAL = 0;
/** Quotes around each field. */
export const QUOTE_ALL = 1;
/** Quotes around what is no number. Reading: what has no quotes is a number. */
export const QUOTE_NONNUMERIC = 2;
/** No quotes at all: the escape character stands in front of what would need them. */
export const QUOTE_NONE = 3;
/** Quotes around each text. Reading: what has no quotes is a number, or null when it is empty. */
export const QUOTE_STRINGS = 4;
/** Quotes around all but null. Reading: what is empty and has no quotes is null. */
export const QUOTE_NOTNULL = 5;

/** One of `QUOTE_MINIMAL` and its like. */
export type Quoting = 0 | 1 | 2 | 3 | 4 | 5;

/** The parameters of a dialect, by Python's names; each has the default of the dialect `excel`. */
export interface DialectOptions {
  /** The dialect that the others are derived from, itself or the name it was registered by; `excel` by default. */
  readonly dialect?: string | DialectOptions | undefined;
  /** Between fields; `,` by default. */
  readonly delimiter?: string | undefined;
  /** Around fields that contain what means something; `"` by default. With `null`, and no `quoting`, there are none. */
  readonly quotechar?: string | null | undefined;
  /** In front of a character that means nothing there; none by default. */
  readonly escapechar?: string | null | undefined;
  /** Whether a quote inside of quotes is written twice; otherwise it is escaped. True by default. */
  readonly doublequote?: boolean | undefined;
  /** Whether spaces in front of a field are skipped. False by default. */
  readonly skipinitialspace?: boolean | undefined;
  /** What a row that is written ends with; `\r\n` by default. Reading takes `\r`, `\n` and `\r\n`. */
  readonly lineterminator?: string | undefined;
  /** When quotes are written, and what is made of a field without; `QUOTE_MINIMAL` by default. */
  readonly quoting?: Quoting | undefined;
  /** Whether reading refuses what is no good CSV. False by default. */
  readonly strict?: boolean | undefined;
}

/** A dialect with all its parameters. Semantics: csv.Dialect.
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * const semicolons = new csv.Dialect({ dialect: 'unix', delimiter: ';' });
 * console.log(semicolons.delimiter, semicolons.quoting === csv.QUOTE_ALL); // -> ; true
 * ```
 */
export class Dialect implements DialectOptions {
  readonly delimiter: string;
  readonly quotechar: string | null;
  readonly escapechar: string | null;
  readonly doublequote: boolean;
  readonly skipinitialspace: boolean;
  readonly lineterminator: string;
  readonly quoting: Quoting;
  readonly strict: boolean;

  /** @throws InvalidArgumentError for parameters that don't go together; {@link CsvError} when nobody registered that
   * dialect */
  constructor(options: DialectOptions = {}) {
    if (typeof options !== 'object' || options === null)
      throw new InvalidArgumentError('options', 'the parameters of a dialect are an object');
    const from = dialectOf(options.dialect);
    const quotechar = options.quotechar === undefined ? from.quotechar : options.quotechar;
    const escapechar = options.escapechar === undefined ? from.escapechar : options.escapechar;
    const quoting = options.quoting ?? from.quoting;
    this.delimiter = character('delimiter', given(options.delimiter, from.delimiter, ','));
    this.quotechar = quotechar === null ? null : character('quotechar', quotechar ?? '"');
    this.escapechar = escapechar === null ? null : optional('escapechar', escapechar);
    this.doublequote = Boolean(options.doublequote ?? from.doublequote ?? true);
    this.skipinitialspace = Boolean(options.skipinitialspace ?? from.skipinitialspace ?? false);
    this.lineterminator = given(options.lineterminator, from.lineterminator, '\r\n');
    this.strict = Boolean(options.strict ?? from.strict ?? false);
    this.quoting = quoting ?? (quotechar === null ? QUOTE_NONE : QUOTE_MINIMAL);
    check(this);
    Object.freeze(this);
  }
}

function dialectOf(base: string | DialectOptions | undefined): DialectOptions {
  if (typeof base === 'string') return getDialect(base);
  return base === undefined || base instanceof Dialect ? (base ?? {}) : new Dialect(base);
}

/** What is given first: null is no way to say 'as by default'. */
function given(value: string | undefined, base: string | undefined, otherwise: string): string {
  return value === undefined ? (base ?? otherwise) : value;
}

function optional(name: string, value: unknown): string | null {
  return value === undefined ? null : character(name, value);
}

function character(name: string, value: unknown): string {
  if (typeof value !== 'string')
    throw new InvalidArgumentError(name, `"${name}" must be a string, not ${typeof value}`);
  const point = value.codePointAt(0);
  if (point === undefined || String.fromCodePoint(point) !== value)
    throw new InvalidArgumentError(name, `"${name}" must be a 1-character string`);
  return value;
}

/** What Python's own check refuses. */
function check(dialect: Dialect): void {
  const { delimiter, quotechar, escapechar, lineterminator, quoting, skipinitialspace } = dialect;
  if (!Number.isInteger(quoting) || quoting < QUOTE_MINIMAL || quoting > QUOTE_NOTNULL)
    throw new InvalidArgumentError(
      'quoting',
      'bad "quoting" value: it is one of QUOTE_MINIMAL and its like',
    );
  if (quoting !== QUOTE_NONE && quotechar === null)
    throw new InvalidArgumentError('quotechar', 'quotechar must be set if quoting is enabled');
  if (typeof lineterminator !== 'string')
    throw new InvalidArgumentError('lineterminator', '"lineterminator" must be a string');
  const characters = { delimiter, escapechar, quotechar };
  for (const [name, value] of Object.entries(characters)) {
    if (value === null) continue;
    const blank = value === ' ' && skipinitialspace && name !== 'delimiter';
    if (value === '\n' || value === '\r' || blank)
      throw new InvalidArgumentError(name, `bad ${name} value: it can't be ${JSON.stringify(value)}`);
    if (lineterminator.includes(value))
      throw new InvalidArgumentError(name, `bad ${name} or lineterminator value: both have ${value}`);
    for (const [other, same] of Object.entries(characters)) {
      if (other === name || same !== value) continue;
      throw new InvalidArgumentError(name, `bad ${name} or ${other} value: both are ${value}`);
    }
  }
}

/** What Excel writes: the default. */
export const excel: Dialect = new Dialect();
/** What Excel writes between tabs. */
export const excelTab: Dialect = new Dialect({ delimiter: '\t' });
/** What programs of Unix write: quotes around each field, and `\n`. */
export const unixDialect: Dialect = new Dialect({ quoting: QUOTE_ALL, lineterminator: '\n' });

const registered = new Map<string, Dialect>([
  ['excel', excel],
  ['excel-tab', excelTab],
  ['unix', unixDialect],
]);

/** Registers a dialect for the whole thread, by a name that `dialect` then takes.
 * @throws InvalidArgumentError for parameters that don't go together
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * csv.registerDialect('pipes', { delimiter: '|', quoting: csv.QUOTE_NONE });
 * console.log([...csv.reader('a|"b', { dialect: 'pipes' })]); // -> [ [ 'a', '"b' ] ]
 * csv.unregisterDialect('pipes');
 * ```
 */
export function registerDialect(name: string, options: DialectOptions = {}): void {
  if (typeof name !== 'string') throw new InvalidArgumentError('name', 'the name of a dialect is a string');
  registered.set(name, new Dialect(options));
}

/** Forgets a dialect. @throws CsvError when there is none of that name
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * csv.registerDialect('mine', { delimiter: ';' });
 * csv.unregisterDialect('mine');
 * console.log(csv.listDialects()); // -> [ 'excel', 'excel-tab', 'unix' ]
 * ```
 */
export function unregisterDialect(name: string): void {
  if (!registered.delete(name)) throw unknown(name);
}

/** The dialect of that name. @throws CsvError when there is none
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * console.log(csv.getDialect('excel').delimiter); // -> ,
 * ```
 */
export function getDialect(name: string): Dialect {
  const dialect = registered.get(name);
  if (dialect === undefined) throw unknown(name);
  return dialect;
}

/** The names of all dialects.
 * @example
 * ```ts
 * import { csv } from 'asyncio-ts/formats';
 * console.log(csv.listDialects()); // -> [ 'excel', 'excel-tab', 'unix' ]
 * ```
 */
export function listDialects(): string[] {
  return [...registered.keys()];
}

function unknown(name: string): CsvError {
  const names = listDialects().join(', ');
  return new CsvError(`unknown dialect ${JSON.stringify(name)}: registered are ${names}`);
}
