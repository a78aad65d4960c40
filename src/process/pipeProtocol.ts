// The protocol of one pipe to a child: it tells the child's protocol which pipe it was.

import type { LifeCycle } from '../transport/lifeCycle.ts';
import type { StreamReaderProtocol } from '../streams/streamReaderProtocol.ts';
import { Protocol } from '../transport/protocol.ts';
import type { SubprocessProtocol } from './subprocessProtocol.ts';

/** Whom a pipe belongs to. */
interface PipeOwner {
  readonly life: LifeCycle<SubprocessProtocol>;
  /** A pipe is closed. */
  readonly lost: () => void;
}

/** A child's protocol whose pipes are readers. */
export interface FeedsReaders {
  /** What feeds the reader of a pipe. */
  flowOf(fd: number): StreamReaderProtocol | undefined;
}

export class PipeProtocol extends Protocol {
  readonly #owner: PipeOwner;
  readonly #fd: number;

  constructor(owner: PipeOwner, fd: number) {
    super();
    this.#owner = owner;
    this.#fd = fd;
  }

  /** Bytes may go straight into the reader's memory. @internal */
  get settlesOnly(): boolean {
    return this.#flow !== undefined;
  }

  /** @internal */
  expectsLittle(): boolean {
    return this.#flow?.expectsLittle() ?? true;
  }

  /** @internal */
  getBuffer(): Buffer {
    return (this.#flow as StreamReaderProtocol).getBuffer();
  }

  /** @internal */
  bufferUpdated(count: number): void {
    this.#flow?.bufferUpdated(count);
  }

  get #flow(): StreamReaderProtocol | undefined {
    const protocol = this.#owner.life.protocol as SubprocessProtocol & Partial<FeedsReaders>;
    return protocol.flowOf?.(this.#fd);
  }

  override dataReceived(data: Buffer): void {
    this.#owner.life.tell('pipeDataReceived', (protocol) => protocol.pipeDataReceived(this.#fd, data));
  }

  override pauseWriting(): void {
    this.#owner.life.tell('pauseWriting', (protocol) => protocol.pauseWriting());
  }

  override resumeWriting(): void {
    this.#owner.life.tell('resumeWriting', (protocol) => protocol.resumeWriting());
  }

  override connectionLost(error: unknown): void {
    this.#owner.life.tell('pipeConnectionLost', (protocol) => protocol.pipeConnectionLost(this.#fd, error));
    this.#owner.lost();
  }
}
