// The file that is sent, and which part of it: checked arguments, and how much has gone.

import { isDescriptor } from '../../base/checkDescriptor.ts';
import { InvalidArgumentError } from '../../base/errors.ts';
import { showValue } from '../../base/show.ts';
import { descriptorKind, fileSize } from '../../sys/libc/descriptorKind.ts';
import { seekFile } from '../../sys/libc/fileChunks.ts';

/** A file to send: a handle of node:fs/promises, or a descriptor. It stays open. */
export type SendableFile = number | { readonly fd: number };

/** What {@link EventLoop.sendfile} takes besides the file. */
export interface SendfileOptions {
  /** Where in the file to begin; 0 by default, wherever the file stands. */
  offset?: number | undefined;
  /** How many bytes to send; up to the end by default. */
  count?: number | undefined;
  /** Reads and writes where the system can't send the file itself; true by default. */
  fallback?: boolean | undefined;
  /** Told how many bytes have gone so far, after each chunk: what is known when a send is cancelled. */
  onProgress?: ((sent: number) => void) | undefined;
}

/** A part of a file on its way. */
export class SentFile {
  readonly fd: number;
  /** Whether it can be read anywhere. */
  readonly regular: boolean;
  /** How large it was at the beginning. */
  readonly size: number;
  sent: number = 0;
  readonly #offset: number;
  readonly #count: number | undefined;
  readonly #onProgress: ((sent: number) => void) | undefined;

  /** @throws InvalidArgumentError; OSError (`EBADF`) for a closed file */
  constructor(file: SendableFile, options: SendfileOptions) {
    const { offset = 0, count, onProgress } = options;
    if (!Number.isSafeInteger(offset) || offset < 0) {
      throw new InvalidArgumentError(
        'offset',
        `offset must be an integer of 0 or more, not ${showValue(offset)}`,
      );
    }
    if (count !== undefined && !(Number.isSafeInteger(count) && count > 0)) {
      throw new InvalidArgumentError('count', `count must be an integer above 0, not ${showValue(count)}`);
    }
    if (onProgress !== undefined && typeof onProgress !== 'function')
      throw new InvalidArgumentError(
        'onProgress',
        `onProgress is a function, not ${showValue(onProgress)}`,
      );
    this.fd = descriptorOf(file);
    this.regular = descriptorKind(this.fd) === 'file';
    this.size = fileSize(this.fd);
    this.#offset = offset;
    this.#count = count;
    this.#onProgress = onProgress;
  }

  get position(): number {
    return this.#offset + this.sent;
  }

  /** How much of a chunk of `size` bytes is still wanted; 0 when all was sent. */
  wanted(size: number): number {
    return this.#count === undefined ? size : Math.min(size, this.#count - this.sent);
  }

  advance(count: number): void {
    this.sent += count;
    this.#onProgress?.(this.sent);
  }

  /** Leaves the file standing behind what was sent. */
  leave(): void {
    if (this.regular) seekFile(this.fd, this.position);
  }
}

function descriptorOf(file: unknown): number {
  const fd: unknown = typeof file === 'number' ? file : (Object(file) as { fd?: unknown }).fd;
  if (isDescriptor(fd)) return fd;
  throw new InvalidArgumentError(
    'file',
    'a file is given as a handle of node:fs/promises that is open, or as a descriptor',
  );
}
