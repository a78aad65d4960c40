// The entry point `asyncio-ts/everywhere-runtime`: what rewritten files import. Nobody writes these calls by hand.

import { awaits, cancelPoint, makeBodiesCancelPoints } from '../lowlevel.ts';

export { awaits, beginActivation, cancelPoint } from '../lowlevel.ts';
export { iterate } from './iterate.ts';

/** What an async function returns, and its promise adopts: a wait of the function, unless the code that was called
 * for it waits itself. The arguments are those of `cancelPoint`. */
export function returned<T>(mark: number, value: T, activation: number, site: string): T {
  return awaits.activation > mark ? value : cancelPoint(mark, value, activation, site);
}

/** The value of a `yield`. The argument after it gives the generator a new number: from here on it runs inside of
 * whoever asked it to go on. */
export function resumed<T>(value: T, _activation: number): T {
  return value;
}

makeBodiesCancelPoints();
