// The transport that reads standard input where that is a file, or a device that can't be waited for: chunk by
// chunk in the host's threads, one chunk ahead of the protocol at most. The descriptor stays open: it is the process's
// own.

import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import { readChunk } from '../../sys/libc/fileChunks.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { ReadTransport } from '../../transport/transport.ts';

const CHUNK: number = 64 * 1024;

export class FileInput extends ReadTransport implements Living {
  readonly #fd: number;
  readonly #life: LifeCycle<Protocol>;
  #ready: { error: unknown; bytes: Buffer } | undefined = undefined;
  #reading: boolean = false;
  #paused: boolean = false;

  constructor(loop: Loop, fd: number, protocol: object) {
    super();
    this.#fd = fd;
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe: fd } });
    this.#life.begin(() => this.#goOn());
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return this.#life.getExtraInfo(name, fallback);
  }

  setProtocol(protocol: unknown): void {
    this.#life.setProtocol(protocol);
  }

  getProtocol(): unknown {
    return this.#life.protocol;
  }

  isClosing(): boolean {
    return this.#life.closing;
  }

  isReading(): boolean {
    return !this.#paused && !this.#life.closing;
  }

  pauseReading(): void {
    this.#paused = true;
  }

  resumeReading(): void {
    if (!this.#paused || this.#life.closing) return;
    this.#paused = false;
    this.#goOn();
  }

  close(): void {
    this.#life.lose(undefined);
  }

  #goOn(): void {
    if (!this.isReading()) return;
    if (this.#ready !== undefined) this.#hand();
    else if (!this.#reading) {
      this.#reading = true;
      foreignWaitsOf(this.#life.loop)?.requests.add({ done: () => !this.#reading });
      readChunk(this.#fd, Buffer.allocUnsafeSlow(CHUNK), CHUNK, undefined, this.#onRead);
    }
  }

  readonly #onRead = (error: unknown, bytes: Buffer): void => {
    this.#reading = false;
    if (this.#life.closing) return;
    this.#ready = { error, bytes };
    this.#life.callSoon(() => this.#goOn());
  };

  #hand(): void {
    const { error, bytes } = this.#ready as { error: unknown; bytes: Buffer };
    this.#ready = undefined;
    if (error !== undefined) return this.#life.lose(error);
    if (bytes.byteLength === 0) {
      this.#life.tell('eofReceived', (protocol) => void protocol.eofReceived());
      return this.#life.lose(undefined);
    }
    this.#life.tell('dataReceived', (protocol) => protocol.dataReceived(bytes));
    this.#goOn();
  }

  /** @internal */
  release(): void {
    this.#ready = undefined;
  }
}
