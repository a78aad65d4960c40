// Python's float among JavaScript's numbers.
//
// 1. A number that is a safe integer is Python's int, but for -0; every other number is a float. A bigint is an int.
// 2. A `Float` is a float whatever its value: 1.0 and not 1, 1e+16 and not 10000000000000000.
// 3. A float is spelled as Python's `repr` does. Both spell the shortest digits that lead back to the number, so they
//    differ in where the exponent begins, and in how it is written.

/** A float whose value might be a whole number, where formats tell `1.0` from `1`. Reading makes one where it is asked
 * for, and writing writes it as a float. It counts as its number.
 * @example
 * ```ts
 * import { Float } from 'asyncio-ts/formats';
 * const one = new Float(1);
 * console.log(String(one), Number(one) + 1); // -> 1.0 2
 * ```
 */
export class Float extends Number {
  constructor(value: number) {
    super(value);
  }

  override toString(): string {
    return floatRepr(this.valueOf());
  }
}

/** Whether a number is Python's int. */
export function isInt(value: number): boolean {
  return Number.isSafeInteger(value) && !Object.is(value, -0);
}

/** A finite number or not, as Python's `repr` of a float spells it: `1.0`, `1e-07`, `1e+16`, `nan`, `-inf`. */
export function floatRepr(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value > 0 ? 'inf' : '-inf';
  const size = Math.abs(value);
  if (size >= 1e16 || (size < 1e-4 && size !== 0)) return exponential(value);
  const text = String(value);
  if (Object.is(value, -0)) return '-0.0';
  if (Number.isInteger(value)) return `${text}.0`;
  return text;
}

function exponential(value: number): string {
  const [digits = '', exponent = ''] = value.toExponential().split('e');
  const sign = exponent[0] ?? '+';
  return `${digits}e${sign}${exponent.slice(1).padStart(2, '0')}`;
}

/** A number as Python's `repr` spells it, int or float. */
export function numberRepr(value: number): string {
  return isInt(value) ? String(value) : floatRepr(value);
}
