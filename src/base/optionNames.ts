// Names of options, for who writes plain JavaScript: one that nobody knows is a slip, refused with the name that was meant.

import { InvalidArgumentError } from './errors.ts';

/** Refuses options of names that are not known, with the nearest one that is. Those that are undefined are not there. For
 * functions that take an object of options, at their public edge.
 * @param known an object with all names, whatever their values
 * @param of what the error calls it: the function
 * @throws InvalidArgumentError (`ERR_ASYNCIO_INVALID_ARGUMENT`)
 * @example
 * ```ts
 * import { checkOptionNames } from 'asyncio-ts/lowlevel';
 * const known = { minSize: 0, maxSize: 10 };
 * try {
 *   checkOptionNames({ max: 5 }, known, 'createPool');
 * } catch (error) {
 *   console.log((error as Error).message); // -> createPool has no option max; is maxSize meant?
 * }
 * ```
 */
export function checkOptionNames(options: object | undefined, known: object, of: string): void {
  for (const name in options) {
    if (Object.hasOwn(known, name) || !Object.hasOwn(options, name)) continue;
    if ((options as Readonly<Record<string, unknown>>)[name] === undefined) continue;
    const near = nearestName(name, Object.keys(known));
    const hint = near === undefined ? '' : `; is ${near} meant?`;
    throw new InvalidArgumentError(name, `${of} has no option ${name}${hint}`);
  }
}

/** The name that is most likely meant, for errors about a name that nobody knows: the one that has fewest other letters. One
 * that the other begins or ends with is near in any case. Undefined where none is near.
 * @example
 * ```ts
 * import { nearestName } from 'asyncio-ts/lowlevel';
 * console.log(nearestName('intervall', ['interval', 'filter'])); // -> interval
 * ```
 */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const asked = name.toLowerCase();
  let [best, least]: [string | undefined, number] = [undefined, Infinity];
  for (const each of known) {
    const candidate = each.toLowerCase();
    const [short, long] = asked.length < candidate.length ? [asked, candidate] : [candidate, asked];
    const holds = short.length > 2 && (long.startsWith(short) || long.endsWith(short));
    const far = distance(asked, candidate);
    const counted = holds ? Math.min(far, 1 + candidate.length / 100) : far;
    const most = Math.ceil(asked.length / 3);
    if (counted >= least || (far > most && !holds)) continue;
    [best, least] = [each, counted];
  }
  return best;
}

/** How many letters are to be put in, taken out or changed; two that are swapped count once. */
function distance(from: string, to: string): number {
  let before: number[] = [];
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let index = 1; index <= from.length; index++) {
    const next = [index];
    for (let at = 1; at <= to.length; at++) {
      const changed = (row[at - 1] as number) + (from[index - 1] === to[at - 1] ? 0 : 1);
      const isSwapped = from[index - 1] === to[at - 2] && from[index - 2] === to[at - 1];
      const swapped = isSwapped ? (before[at - 2] ?? Infinity) + 1 : Infinity;
      next.push(Math.min(changed, swapped, (row[at] as number) + 1, (next[at - 1] as number) + 1));
    }
    before = row;
    row = next;
  }
  return row.at(-1) as number;
}
