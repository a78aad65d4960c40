// A ring of lines in shared memory: the thread that records writes, and another may read while the first hangs.
//
// 1. Writing a line that is longer than the ring has no effect. What is overwritten is the oldest.
// 2. A reader gets whole lines: the first of what is left was most likely cut, and is dropped. One that reads while the
//    other writes may get a line that is neither, which its reader must tell by itself.

const HEADER = 64;
// In the header, by 4 bytes: where the next byte goes, and whether all of the ring has been written.
const HEAD = 0;
const LAPPED = 1;
/** How often the recording thread has shown that it is alive. */
const BEATS = 2;
/** The task whose step is under way; 0 for none. */
const RUNNING = 3;

export class Ring {
  readonly memory: SharedArrayBuffer;
  readonly #header: Int32Array;
  readonly #bytes: Buffer;

  /** A new one of so many bytes, or a view of one that another thread made. */
  constructor(memory: number | SharedArrayBuffer) {
    this.memory = typeof memory === 'number' ? new SharedArrayBuffer(HEADER + memory) : memory;
    this.#header = new Int32Array(this.memory, 0, HEADER / 4);
    this.#bytes = Buffer.from(this.memory as unknown as ArrayBuffer, HEADER);
  }

  get size(): number {
    return this.#bytes.length;
  }

  /** Returns how many bytes it took. */
  add(line: string): number {
    const bytes = this.#bytes;
    const head = this.#header[HEAD] as number;
    // Not more than three bytes for each unit of a string.
    if (line.length * 3 + 1 <= bytes.length - head) {
      const length = bytes.write(line, head, 'utf8');
      bytes[head + length] = 10;
      this.#header[HEAD] = head + length + 1;
      return length + 1;
    }
    return this.#addAcross(Buffer.from(`${line}\n`), head);
  }

  #addAcross(text: Buffer, head: number): number {
    const bytes = this.#bytes;
    if (text.length > bytes.length) return 0;
    const fits = Math.min(text.length, bytes.length - head);
    text.copy(bytes, head, 0, fits);
    text.copy(bytes, 0, fits);
    const next = head + text.length;
    if (next >= bytes.length) this.#header[LAPPED] = 1;
    this.#header[HEAD] = next % bytes.length;
    return text.length;
  }

  /** The lines that are left, the oldest first. */
  lines(): string[] {
    const head = this.#header[HEAD] as number;
    const lapped = this.#header[LAPPED] === 1;
    const newest = this.#bytes.subarray(0, head);
    const text = lapped ? Buffer.concat([this.#bytes.subarray(head), newest]) : newest;
    const lines = text.toString('utf8').split('\n');
    lines.pop();
    if (lapped) lines.shift();
    return lines;
  }

  /** The recording thread is alive. */
  beat(): void {
    Atomics.add(this.#header, BEATS, 1);
  }

  get beats(): number {
    return Atomics.load(this.#header, BEATS);
  }

  get running(): number {
    return this.#header[RUNNING] as number;
  }

  set running(task: number) {
    this.#header[RUNNING] = task;
  }
}
