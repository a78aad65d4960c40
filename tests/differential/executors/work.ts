// What the programs have done in a thread. It imports nothing of the library.

/** The first numbers of the memory of a program: how many works ran; the rest is which. */
export const FIRST = 1;

/** A gate: 0 closed, 1 begun, 2 opened. */
export function play(word: string, number: number, at: number, ran: Int32Array, gate?: Int32Array): number {
  ran[FIRST + Atomics.add(ran, 0, 1)] = at;
  if (gate !== undefined) {
    Atomics.compareExchange(gate, 0, 0, 1);
    Atomics.notify(gate, 0);
    while (Atomics.load(gate, 0) !== 2) Atomics.wait(gate, 0, 1);
  }
  if (word === 'raise') throw new RangeError(String(number));
  return number * number;
}
