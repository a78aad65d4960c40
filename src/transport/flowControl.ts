// The marks of a write buffer, and telling the protocol when it crosses them: asyncio's contract. Strictly
// above `high` it is paused, at `low` or below it is resumed, each once.

import { InvalidArgumentError } from '../base/errors.ts';
import { reportFailure } from '../loop/failures.ts';
import type { Loop } from '../loop/loop.ts';
import type { BaseProtocol } from './protocol.ts';
import type { WriteBufferLimits } from './transport.ts';

const DEFAULT_HIGH: number = 64 * 1024;

/** What asks its protocol to pause. */
export interface Flowing {
  getWriteBufferSize(): number;
  getProtocol(): unknown;
}

export class FlowControl {
  high: number = DEFAULT_HIGH;
  low: number = DEFAULT_HIGH / 4;
  /** The protocol was asked to pause. */
  paused: boolean = false;

  /** @throws InvalidArgumentError unless high >= low >= 0 */
  setLimits(limits?: WriteBufferLimits | null): void {
    const { high, low } = limits ?? {};
    const top = high ?? (low === undefined ? DEFAULT_HIGH : 4 * low);
    const bottom = low ?? Math.floor(top / 4);
    if (!(top >= bottom && bottom >= 0)) {
      throw new InvalidArgumentError(
        'limits',
        `high (${String(top)}) must be >= low (${String(bottom)}) must be >= 0`,
      );
    }
    this.high = top;
    this.low = bottom;
  }

  /** The buffer holds `size` bytes, more than before. Returns whether foreign code was called. */
  rose(size: number, transport: Flowing, loop: Loop): void {
    if (this.paused || size <= this.high) return;
    this.paused = true;
    tell('pauseWriting', transport, loop);
  }

  /** The buffer holds `size` bytes, fewer than before. */
  fell(size: number, transport: Flowing, loop: Loop): void {
    if (!this.paused || size > this.low) return;
    this.paused = false;
    tell('resumeWriting', transport, loop);
  }
}

function tell(method: 'pauseWriting' | 'resumeWriting', transport: Flowing, loop: Loop): void {
  const protocol = transport.getProtocol() as BaseProtocol;
  try {
    protocol[method]();
  } catch (exception) {
    reportFailure(loop, { message: `protocol.${method}() failed`, exception, transport, protocol });
  }
}
