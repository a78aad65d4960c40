// The protocol of one pipe to a child: it tells the child's protocol which pipe it was.

import type { LifeCycle } from '../transport/lifeCycle.ts';
import { Protocol } from '../transport/protocol.ts';
import type { SubprocessProtocol } from './subprocessProtocol.ts';

/** Whom a pipe belongs to. */
interface PipeOwner {
  readonly life: LifeCycle<SubprocessProtocol>;
  /** A pipe is closed. */
  readonly lost: () => void;
}

export class PipeProtocol extends Protocol {
  readonly #owner: PipeOwner;
  readonly #fd: number;

  constructor(owner: PipeOwner, fd: number) {
    super();
    this.#owner = owner;
    this.#fd = fd;
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
