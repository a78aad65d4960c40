// Which text is a number, by the rules of Python's float() and complex().

const digits = String.raw`\d+(?:_\d+)*`;
const float = String.raw`(?:(?:${digits}\.?(?:${digits})?|\.${digits})(?:e[+-]?${digits})?|inf(?:inity)?|nan)`;
const isFloat = new RegExp(`^[+-]?${float}$`, 'i');
const isComplex = new RegExp(`^(?:[+-]?${float}|(?:[+-]?${float}(?=[+-]))?[+-]?${float}?j)$`, 'i');
const named = /^([+-]?)(?:(inf)|nan)/i;
// What Python's str.strip() takes away: JavaScript's trim() leaves some of it, and takes U+FEFF.
const blank = String.raw`[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+`;
const around = new RegExp(`^${blank}|${blank}$`, 'g');

/** The number that a text spells, blanks around it and underscores between digits allowed, or undefined. */
export function parseFloatText(text: string): number | undefined {
  const bare = text.replaceAll(around, '');
  if (!isFloat.test(bare)) return undefined;
  const [, sign, infinite] = named.exec(bare) ?? [];
  if (sign === undefined) return Number(bare.replaceAll('_', ''));
  if (infinite === undefined) return Number.NaN;
  return sign === '-' ? -Infinity : Infinity;
}

/** Whether complex() takes it. */
export function isComplexText(text: string): boolean {
  const bare = text.replaceAll(around, '');
  const inner =
    bare.startsWith('(') && bare.endsWith(')') ? bare.slice(1, -1).replaceAll(around, '') : bare;
  return isComplex.test(inner);
}
