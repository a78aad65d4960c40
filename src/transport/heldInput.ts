// What the host has read and the loop has not handed over yet: chunks, behind them the peer's end or an error.
//
// A chunk may be the memory of whoever pushed it into a stream of the host's, and be taken away while it is held:
// then it has no bytes any more, which no chunk had when it came.

// How many bytes the host may read on while the loop is busy.
const MOST: number = 256 * 1024;

export class HeldInput {
  /** The peer's end was read. */
  end: boolean = false;
  failure: { readonly error: unknown } | undefined = undefined;
  #chunks: Buffer[] = [];
  #bytes: number = 0;

  get hasBytes(): boolean {
    return this.#chunks.length > 0;
  }

  get empty(): boolean {
    return this.#chunks.length === 0 && !this.end && this.failure === undefined;
  }

  /** True when the host should not read on. */
  get tooMuch(): boolean {
    return this.#bytes > MOST;
  }

  push(chunk: Buffer): void {
    if (chunk.byteLength === 0) return;
    this.#chunks.push(chunk);
    this.#bytes += chunk.byteLength;
  }

  shift(): Buffer | undefined {
    const chunk = this.#chunks.shift();
    if (this.#chunks.length === 0) this.#bytes = 0;
    else if (chunk !== undefined) this.#bytes -= chunk.byteLength;
    return chunk;
  }

  unshift(chunk: Buffer): void {
    this.#chunks.unshift(chunk);
    this.#bytes += chunk.byteLength;
  }

  /** Takes all chunks out. */
  takeAll(): Buffer[] {
    this.#bytes = 0;
    return this.#chunks.splice(0);
  }

  clear(): void {
    this.takeAll();
    this.end = false;
    this.failure = undefined;
  }
}
