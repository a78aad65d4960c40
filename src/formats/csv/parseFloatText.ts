// Text to a number, by the rules of Python's float().

const decimal = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+(?:_\d+)*)?$/i;
const special = /^([+-]?)(?:(inf|infinity)|nan)$/i;
// What Python's str.strip() takes away: JavaScript's trim() leaves some of it, and takes U+FEFF.
const around = /^[\s\x1c-\x1f\x85]+|[\s\x1c-\x1f\x85]+$/g;

/** The number that a text spells, blanks around it and underscores between digits allowed, or undefined. */
export function parseFloatText(text: string): number | undefined {
  const bare = text.includes('\ufeff') ? text : text.replaceAll(around, '');
  if (decimal.test(bare)) return Number(bare.replaceAll('_', ''));
  const [, sign, infinite] = special.exec(bare) ?? [];
  if (sign === undefined) return undefined;
  if (infinite === undefined) return Number.NaN;
  return sign === '-' ? -Infinity : Infinity;
}
