// Which of the waits for promises that are not ours stand innermost. A task mostly stands in several at once: a
// function awaits what another one, which awaits in its turn, has returned, and no promise tells who will settle it.
//
// 1. A function's number is higher than that of each function that it was called by. So only a wait of a function
//    with a higher number can stand further in.
// 2. A wait for a call knows which functions began during the call (`from` and `to`): their waits stand in it.
// 3. What is called back later, or was started before, has a number that no standing wait knows. It counts as part
//    of the waits that may lead to it: those for a call that was given a function (`open`), and those for a value
//    that was there before (`value`). What a function was given may have begun before the function (`given`).
// 4. There is always one that is innermost.

import type { Waited } from '../cancel/frame.ts';

/** How a wait came to its promise. */
export type WaitKind = 'call' | 'open' | 'value' | 'given';

export interface Standing {
  /** The number of the function that waits. */
  readonly activation: number;
  /** The numbers given out when its operand began to be worked out, and when it was there. */
  readonly from: number;
  readonly to: number;
  readonly kind: WaitKind;
}

/** Those of `waits` in which none of the others stands. */
export function innermost<T extends Standing>(waits: readonly T[]): T[] {
  if (waits.length < 2) return [...waits];
  const numbers = waits.map(({ activation }) => activation).sort((a, b) => a - b);
  const unclaimed = lastUnclaimed(waits, numbers);
  const found = waits.filter((wait) => {
    const { activation, from, to, kind } = wait;
    if (reaches(numbers, from, to)) return false;
    // What a value is a promise of had begun before it was awaited.
    if (kind === 'value') return !reaches(numbers, activation, from);
    if (kind === 'given') return !waits.some((other) => isBeside(other, wait));
    return kind === 'call' || unclaimed <= from;
  });
  if (found.length > 0) return found;
  const last = numbers.at(-1);
  return waits.filter(({ activation }) => activation === last);
}

/** The highest number that lies in no wait's call; 0 for none. */
function lastUnclaimed(waits: readonly Standing[], numbers: readonly number[]): number {
  const calls = waits.filter(({ from, to }) => to > from).sort((a, b) => b.to - a.to);
  let next = 0;
  let reach = Infinity;
  for (let at = numbers.length - 1; at >= 0; at--) {
    const number = numbers[at] as number;
    for (; next < calls.length && (calls[next] as Standing).to >= number; next++)
      reach = Math.min(reach, (calls[next] as Standing).from);
    if (number <= reach) return number;
  }
  return 0;
}

/** Whether `other` began before `wait`, and not on the way to it. */
function isBeside(other: Standing, { activation, from }: Standing): boolean {
  if (other.activation === activation || other.activation > from) return false;
  return activation <= other.from || activation > other.to;
}

/** Whether one of the sorted numbers is above `from` and not above `to`. */
function reaches(numbers: readonly number[], from: number, to: number): boolean {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] as number) > from) high = middle;
    else low = middle + 1;
  }
  return (numbers[low] ?? Infinity) <= to;
}

/** Of all that a task waits for what reports tell of: of the waits for foreign promises the innermost, for the others
 * are on the way there. */
export function shownWaits(waits: readonly Waited[]): readonly Waited[] {
  const foreign = waits.filter(isForeign);
  const own = waits.filter((wait) => !isForeign(wait));
  const inside = innermost(foreign);
  // Those that called something may be waiting for what is ours.
  return own.length === 0 ? inside : [...own, ...inside.filter(({ from, to }) => from === to)];
}

/** Whether it is a wait for a promise that is not ours. */
export function isForeign(wait: Waited): wait is Waited & Standing {
  return wait._interrupt !== undefined;
}

/** The waits of a task that `wait` stands in, from the inside outwards. */
export function around<T extends Standing>(wait: T, waits: readonly T[]): T[] {
  return waits
    .filter((other) => other.activation < wait.activation && claims(other, wait.activation))
    .sort((a, b) => b.activation - a.activation);
}

function claims({ activation: own, from, to, kind }: Standing, activation: number): boolean {
  if (kind === 'value') return activation > own && activation <= to;
  return activation > from && (activation <= to || kind === 'open');
}
