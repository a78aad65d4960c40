// What a connection of a pool holds: the right to use its backend, until it is given back.

export class Lease {
  isOver: boolean = false;
  readonly #giveBack: (reset: boolean) => Promise<void>;
  /** Called once, before it is given back. */
  onEnd: (() => void) | undefined = undefined;

  constructor(giveBack: (reset: boolean) => Promise<void>) {
    this.#giveBack = giveBack;
  }

  /** Gives it back; harmless a second time.
   * @param reset the server is to forget what was left in the session */
  async end(reset: boolean): Promise<void> {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd?.();
    await this.#giveBack(reset);
  }
}
