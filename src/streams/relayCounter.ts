// What a relay counts with: its own number, which is right whatever happens, and the program's progress, which is the
// program's to break.
//
// 1. Counting never throws: it stands between a byte's leaving the reader and the next one, where a throw would lose
//    the byte or send it twice. A progress that fails is kept, and ends the relay at its next step.

import { InvalidArgumentError } from '../base/errors.ts';
import { showValue } from '../base/show.ts';
import type { RelayCount, RelayProgress } from '../transport/splicing.ts';

export class RelayCounter implements RelayCount {
  /** Bytes that this relay has moved. */
  bytes: number = 0;
  readonly #progress: RelayProgress | undefined;
  #fault: InvalidArgumentError | undefined = undefined;

  /** @throws InvalidArgumentError for a progress that can't count */
  constructor(progress: RelayProgress | undefined) {
    if (progress !== undefined) checkProgress(progress);
    this.#progress = progress;
  }

  add(count: number): boolean {
    this.bytes += count;
    if (this.#progress === undefined) return true;
    try {
      this.#progress.bytes += count;
    } catch (error) {
      this.#fault ??= new InvalidArgumentError('progress', 'progress.bytes cannot be set any more', {
        cause: error,
      });
    }
    return this.#fault === undefined;
  }

  /** @throws InvalidArgumentError when the progress has failed */
  check(): void {
    if (this.#fault !== undefined) throw this.#fault;
  }
}

function checkProgress(progress: RelayProgress): void {
  let cause: unknown;
  try {
    const { bytes } = progress;
    if (Number.isFinite(bytes)) {
      progress.bytes = bytes;
      return;
    }
  } catch (error) {
    cause = error;
  }
  throw new InvalidArgumentError(
    'progress',
    `progress is an object with a number of bytes that can be set, as { bytes: 0 }, not ${showValue(progress)}`,
    { cause },
  );
}
