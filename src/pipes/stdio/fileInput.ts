// The transport that reads standard input where that is a file, or a device that can't be waited for: chunk by
// chunk in the host's threads, one chunk ahead of the protocol at most. The descriptor stays open.

import { foreignWaitsOf } from '../../loop/engine.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { readChunk } from '../../sys/libc/fileChunks.ts';
import { CallbackContext } from '../../transport/callbackContext.ts';
import type { Protocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { ReadTransport } from '../../transport/transport.ts';

const CHUNK: number = 64 * 1024;

export class FileInput extends ReadTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #context: CallbackContext = new CallbackContext();
  readonly #fd: number;
  #protocol: Protocol | undefined;
  #ready: { error: unknown; bytes: Buffer } | undefined = undefined;
  #reading: boolean = false;
  #paused: boolean = false;
  #closing: boolean = false;

  constructor(loop: Loop, fd: number, protocol: Protocol) {
    super();
    this.#loop = loop;
    this.#fd = fd;
    this.#protocol = protocol;
    loop.resources.add(this);
    loop.callSoon(() => this.#protocol?.connectionMade(this as never));
    loop.callSoon(() => this.#goOn());
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return name === 'pipe' ? (this.#fd as T) : fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = checkProtocol(protocol) as Protocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  isReading(): boolean {
    return !this.#paused && !this.#closing;
  }

  pauseReading(): void {
    this.#paused = true;
  }

  resumeReading(): void {
    if (!this.#paused || this.#closing) return;
    this.#paused = false;
    this.#goOn();
  }

  close(): void {
    if (!this.#closing) this.#close(undefined);
  }

  #goOn(): void {
    if (!this.isReading()) return;
    if (this.#ready !== undefined) this.#hand();
    else if (!this.#reading) {
      this.#reading = true;
      foreignWaitsOf(this.#loop)?.requests.add({ done: () => !this.#reading });
      readChunk(this.#fd, CHUNK, undefined, this.#onRead);
    }
  }

  readonly #onRead = (error: unknown, bytes: Buffer): void => {
    this.#reading = false;
    if (this.#closing || this.#loop.isClosed()) return;
    this.#ready = { error, bytes };
    this.#context.run(() => void this.#loop.callSoon(() => this.#goOn()));
  };

  #hand(): void {
    const { error, bytes } = this.#ready as { error: unknown; bytes: Buffer };
    this.#ready = undefined;
    if (error !== undefined) return this.#close(error);
    if (bytes.byteLength === 0) {
      this.#protocol?.eofReceived();
      return this.#close(undefined);
    }
    this.#protocol?.dataReceived(bytes);
    this.#goOn();
  }

  /** The descriptor is the process's own. @internal */
  loopClosed(): void {
    this.#closing = true;
    this.#protocol = undefined;
  }

  #close(error: unknown): void {
    this.#closing = true;
    this.#loop.callSoon(() => {
      this.#loop.resources.remove(this);
      this.#protocol?.connectionLost(error);
      this.#protocol = undefined;
    });
  }
}
