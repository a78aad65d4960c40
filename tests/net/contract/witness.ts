// A protocol that writes down what it is told, and does on the way what a case wants of it.

import assert from 'node:assert/strict';
import { Future } from '../../../src/asyncio.ts';
import type { Transport } from '../../../src/asyncio.ts';

/** What a case does in a callback, beside what is written down. */
export interface Deeds {
  made?: (transport: Transport) => void;
  data?: (chunk: Buffer) => void;
  /** True keeps the connection open. */
  eof?: () => boolean | void;
  lost?: (error: unknown) => void;
  pause?: () => void;
  resume?: () => void;
}

interface Wait {
  readonly holds: () => boolean;
  readonly reached: Future<void>;
}

/** What both kinds of protocol have in common. */
export class Witness {
  /** `made`, `data`, `eof`, `lost`, `pause`, `resume`, as they came. */
  readonly calls: string[] = [];
  readonly pieces: Buffer[] = [];
  readonly deeds: Deeds;
  size: number = 0;
  error: unknown = undefined;
  #transport: Transport | undefined = undefined;
  #waits: Wait[] = [];

  constructor(deeds: Deeds = {}) {
    this.deeds = deeds;
  }

  get transport(): Transport {
    assert.ok(this.#transport !== undefined, 'connectionMade has not come');
    return this.#transport;
  }

  get received(): Buffer {
    return Buffer.concat(this.pieces);
  }

  get lost(): boolean {
    return this.calls.includes('lost');
  }

  /** How often a callback came. */
  count(call: string): number {
    return this.calls.filter((one) => one === call).length;
  }

  /** The calls, several of the same in a row written once. */
  get story(): string {
    return this.calls.filter((call, index) => call !== this.calls[index - 1]).join(' ');
  }

  /** Waits until something is so; looked at after each callback. */
  async until(holds: () => boolean): Promise<void> {
    if (holds()) return;
    const reached = new Future<void>();
    this.#waits.push({ holds, reached });
    await reached;
  }

  /** Waits for so many bytes in all. */
  async bytes(size: number): Promise<Buffer> {
    await this.until(() => this.size >= size);
    return this.received;
  }

  /** Waits for the loss and answers its error. */
  async loss(): Promise<unknown> {
    await this.until(() => this.lost);
    return this.error;
  }

  connectionMade(transport: Transport): void {
    assert.deepEqual(this.calls, [], 'connectionMade is the first call');
    this.#transport = transport;
    this.#note('made', () => this.deeds.made?.(transport));
  }

  eofReceived(): boolean | void {
    let answer: boolean | void = undefined;
    this.#note('eof', () => {
      answer = this.deeds.eof?.();
    });
    return answer;
  }

  connectionLost(error: unknown): void {
    assert.ok(!this.lost, 'connectionLost came twice');
    this.error = error;
    this.#note('lost', () => this.deeds.lost?.(error));
  }

  pauseWriting(): void {
    this.#note('pause', this.deeds.pause);
  }

  resumeWriting(): void {
    this.#note('resume', this.deeds.resume);
  }

  take(chunk: Buffer): void {
    this.pieces.push(chunk);
    this.size += chunk.length;
    this.#note('data', () => this.deeds.data?.(chunk));
  }

  #note(call: string, deed: (() => void) | undefined): void {
    assert.ok(!this.lost, `${call} came after connectionLost`);
    if (call !== 'made') assert.ok(this.calls.length > 0, `${call} came before connectionMade`);
    this.calls.push(call);
    try {
      deed?.();
    } finally {
      this.#waits = this.#waits.filter(({ holds, reached }) => {
        if (!holds()) return true;
        if (!reached.done()) reached.setResult();
        return false;
      });
    }
  }
}

/** A protocol that is handed its data. */
export class DataWitness extends Witness {
  dataReceived(data: Buffer): void {
    this.take(data);
  }
}

/** A protocol that gives the buffer. */
export class BufferWitness extends Witness {
  readonly hints: number[] = [];
  #buffer: Buffer;

  constructor(size: number, deeds: Deeds = {}) {
    super(deeds);
    this.#buffer = Buffer.alloc(size);
  }

  getBuffer(hint: number): Uint8Array {
    this.hints.push(hint);
    return this.#buffer;
  }

  bufferUpdated(count: number): void {
    this.take(Buffer.from(this.#buffer.subarray(0, count)));
  }
}
