// The transport that writes standard output where that is a file: at once, as the host itself does, so that
// what other code prints in between stands where it belongs. Nothing is ever buffered.

import { plainBytes } from '../../base/bytes.ts';
import type { Loop } from '../../loop/loop.ts';
import type { LoopResource } from '../../loop/resources.ts';
import { writeAll } from '../../sys/libc/descriptorKind.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import type { BaseProtocol } from '../../transport/protocol.ts';
import { checkProtocol } from '../../transport/protocolFactory.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { FlowControl } from '../../transport/flowControl.ts';

export class FileOutput extends WriteTransport implements LoopResource {
  readonly #loop: Loop;
  readonly #fd: number;
  readonly #flow: FlowControl = new FlowControl();
  #protocol: BaseProtocol | undefined;
  #closing: boolean = false;

  constructor(loop: Loop, fd: number, protocol: BaseProtocol) {
    super();
    this.#loop = loop;
    this.#fd = fd;
    this.#protocol = protocol;
    loop.resources.add(this);
    loop.callSoon(() => this.#protocol?.connectionMade(this));
  }

  getExtraInfo<T = unknown>(name: string, fallback?: T): T | undefined {
    return name === 'pipe' ? (this.#fd as T) : fallback;
  }

  setProtocol(protocol: unknown): void {
    this.#protocol = checkProtocol(protocol) as BaseProtocol;
  }

  getProtocol(): unknown {
    return this.#protocol;
  }

  isClosing(): boolean {
    return this.#closing;
  }

  write(data: Uint8Array): void {
    checkBytes(data, 'data');
    if (this.#closing) return;
    try {
      writeAll(this.#fd, plainBytes(data));
    } catch (error) {
      this.#close(error);
    }
  }

  writelines(chunks: Iterable<Uint8Array>): void {
    for (const chunk of chunks) this.write(chunk);
  }

  canWriteEof(): boolean {
    return true;
  }

  writeEof(): void {
    this.close();
  }

  close(): void {
    if (!this.#closing) this.#close(undefined);
  }

  abort(): void {
    this.close();
  }

  getWriteBufferSize(): number {
    return 0;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#flow.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return { low: this.#flow.low, high: this.#flow.high };
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
