// Drawing one of the orders that a set of rules "this before that" leaves open. Pure; knows nothing of
// the loop. A gate is an item that is not there: with it "all of these before all of those" costs as many
// rules as there are items, and not their product.

export class PartialOrder {
  readonly #size: number;
  readonly #followers: number[][] = [];
  readonly #missing: number[] = [];

  /** An order of the numbers from 0 to `size - 1`, with no rules yet. */
  constructor(size: number) {
    this.#size = size;
    for (let i = 0; i < size; i++) this.#add();
  }

  before(first: number, second: number): void {
    (this.#followers[first] as number[]).push(second);
    (this.#missing[second] as number)++;
  }

  allBefore(firsts: readonly number[], seconds: readonly number[]): void {
    const gate = this.#add();
    for (const first of firsts) this.before(first, gate);
    for (const second of seconds) this.before(gate, second);
  }

  /** One of the orders in which every rule holds; `pick(n)` gives a number below `n` for each choice. Uses
   * the rules up. */
  draw(pick: (below: number) => number): number[] {
    const order: number[] = [];
    const open: number[] = [];
    for (let item = 0; item < this.#missing.length; item++)
      if (this.#missing[item] === 0) this.#open(item, open);
    while (open.length > 0) {
      const at = open.length === 1 ? 0 : pick(open.length);
      const item = open[at] as number;
      open[at] = open[open.length - 1] as number;
      open.pop();
      order.push(item);
      this.#release(item, open);
    }
    return order;
  }

  #add(): number {
    this.#followers.push([]);
    return this.#missing.push(0) - 1;
  }

  #release(item: number, open: number[]): void {
    for (const follower of this.#followers[item] as number[]) {
      (this.#missing[follower] as number)--;
      if (this.#missing[follower] === 0) this.#open(follower, open);
    }
  }

  #open(item: number, open: number[]): void {
    if (item < this.#size) open.push(item);
    else this.#release(item, open);
  }
}
