// The transport that writes standard output where that is a file: at once, as the host itself does, so that
// what other code prints in between stands where it belongs. Nothing is ever buffered. The descriptor stays open: it
// is the process's own.

import { plainBytes } from '../../base/bytes.ts';
import type { Loop } from '../../loop/loop.ts';
import { writeAll } from '../../sys/libc/descriptorKind.ts';
import { checkBytes } from '../../transport/byteArguments.ts';
import { LifeCycle } from '../../transport/lifeCycle.ts';
import type { Living } from '../../transport/lifeCycle.ts';
import { WriteTransport } from '../../transport/transport.ts';
import type { WriteBufferLimits } from '../../transport/transport.ts';
import { WriteSide } from '../../transport/writeSide.ts';

const NOTHING = { size: 0 };

export class FileOutput extends WriteTransport implements Living {
  readonly #fd: number;
  readonly #life: LifeCycle;
  readonly #side: WriteSide;

  constructor(loop: Loop, fd: number, protocol: object) {
    super();
    this.#fd = fd;
    this.#life = new LifeCycle(loop, this, protocol, { extra: { pipe: fd } });
    this.#side = new WriteSide(this.#life, NOTHING);
    this.#life.begin();
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

  write(data: Uint8Array): void {
    checkBytes(data, 'data');
    if (this.#life.closing) return;
    try {
      writeAll(this.#fd, plainBytes(data));
    } catch (error) {
      this.#life.lose(error);
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
    this.#life.lose(undefined);
  }

  abort(): void {
    this.close();
  }

  getWriteBufferSize(): number {
    return 0;
  }

  setWriteBufferLimits(limits?: WriteBufferLimits): void {
    this.#side.setLimits(limits);
  }

  getWriteBufferLimits(): { low: number; high: number } {
    return this.#side.limits;
  }

  /** @internal */
  release(): void {}
}
