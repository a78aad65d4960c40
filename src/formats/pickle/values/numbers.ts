// Python's numbers that JavaScript has none of, ranges and slices. They are data: exact, printable, and without arithmetic.

/** Python's complex.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log((pickle.loads(pickle.dumps(new pickle.Complex(1, -2))) as pickle.Complex).imag); // -> -2
 * ```
 */
export class Complex {
  readonly real: number;
  readonly imag: number;

  constructor(real: number, imag: number) {
    if (typeof real !== 'number' || typeof imag !== 'number')
      throw new TypeError('a Complex is made of two numbers');
    this.real = real;
    this.imag = imag;
  }
}

const decimalText =
  /^\s*[+-]?(?:(?:\d[\d_]*(?:\.[\d_]*)?|\.\d[\d_]*)(?:e[+-]?\d+)?|inf(?:inity)?|s?nan\d*)\s*$/i;

/** Python's decimal.Decimal, as the text that Python writes of it.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log(String(pickle.loads(pickle.dumps(new pickle.Decimal('1.10'))))); // -> 1.10
 * ```
 */
export class Decimal {
  readonly text: string;

  constructor(text: string) {
    if (typeof text !== 'string' || !decimalText.test(text))
      throw new TypeError('a Decimal is made of the text of a number');
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** Python's fractions.Fraction.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log(String(pickle.loads(pickle.dumps(new pickle.Fraction(1n, 3n))))); // -> 1/3
 * ```
 */
export class Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;

  constructor(numerator: bigint, denominator: bigint) {
    if (typeof numerator !== 'bigint' || typeof denominator !== 'bigint' || denominator <= 0n)
      throw new TypeError('a Fraction is made of two bigints, the second above 0');
    this.numerator = numerator;
    this.denominator = denominator;
  }

  toString(): string {
    return `${this.numerator}/${this.denominator}`;
  }
}

type Whole = number | bigint;

/** Python's range.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const { stop } = pickle.loads(pickle.dumps(new pickle.Range(0, 10, 2))) as pickle.Range;
 * console.log(stop); // -> 10
 * ```
 */
export class Range {
  readonly start: Whole;
  readonly stop: Whole;
  readonly step: Whole;

  constructor(start: Whole, stop: Whole, step: Whole = 1) {
    const isWhole = (one: unknown): boolean => typeof one === 'bigint' || Number.isSafeInteger(one);
    if (!isWhole(start) || !isWhole(stop) || !isWhole(step) || Number(step) === 0)
      throw new TypeError('a Range is made of whole numbers, its step not 0');
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** Python's slice; null is None.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log((pickle.loads(pickle.dumps(new pickle.Slice(null, 5))) as pickle.Slice).stop); // -> 5
 * ```
 */
export class Slice {
  readonly start: unknown;
  readonly stop: unknown;
  readonly step: unknown;

  constructor(start: unknown, stop: unknown, step: unknown = null) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

/** Python's uuid.UUID; lower case with hyphens.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * const id = new pickle.Uuid('12345678-1234-5678-1234-567812345678');
 * console.log(String(pickle.loads(pickle.dumps(id)))); // -> 12345678-1234-5678-1234-567812345678
 * ```
 */
export class Uuid {
  #text: string;

  constructor(text: string) {
    const hex = typeof text === 'string' ? text.replaceAll('-', '').toLowerCase() : '';
    if (!/^[0-9a-f]{32}$/.test(hex)) throw new TypeError('a Uuid is made of 32 hexadecimal digits');
    this.#text = hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  toString(): string {
    return this.#text;
  }

  toJSON(): string {
    return this.#text;
  }

  /** Its 128 bits. */
  toBigInt(): bigint {
    return BigInt(`0x${this.#text.replaceAll('-', '')}`);
  }

  /** Gives it its value behind its back: a pickle makes the object first. @internal */
  static fill(uuid: Uuid, bits: unknown): void {
    if (typeof bits !== 'bigint' && typeof bits !== 'number') throw new TypeError('a UUID has an int');
    const whole = BigInt(bits);
    if (whole < 0n || whole >> 128n !== 0n) throw new TypeError('the int of a UUID has 128 bits');
    uuid.#text = new Uuid(whole.toString(16).padStart(32, '0')).#text;
  }
}

/** Python's pathlib paths: which class it is, and its text.
 * @example
 * ```ts
 * import { pickle } from 'asyncio-ts/formats';
 * console.log(String(pickle.loads(pickle.dumps(new pickle.PurePath('/etc/hosts'))))); // -> /etc/hosts
 * ```
 */
export class PurePath {
  readonly path: string;
  readonly kind: PathKind;

  constructor(path: string, kind: PathKind = 'PurePosixPath') {
    if (typeof path !== 'string') throw new TypeError('a PurePath is made of text');
    this.path = path;
    this.kind = kind;
  }

  toString(): string {
    return this.path;
  }
}

export type PathKind = 'PurePosixPath' | 'PosixPath' | 'PureWindowsPath' | 'WindowsPath';
