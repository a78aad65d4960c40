// What the host's sockets bring in one turn of the host is handed over at its end, as by a selector: the pump is
// started once for all of them, and one entry of the ready queue serves several, without microtasks in between.
//
// An entry takes in no more once another stands behind it in the queue, or once its iteration has begun: what was
// scheduled before something arrived also runs before it is handed over.

import { readyQueueOf } from '../../loop/engine.ts';
import type { Engine } from '../../loop/engine.ts';
import { DRAIN, NOTHING } from '../../loop/runnable.ts';
import type { Effect, Runnable } from '../../loop/runnable.ts';

const BATCH = 32;

/** `entry` is run for what its socket has brought. */
export function arrived(loop: Engine, entry: Runnable): void {
  const ready = readyQueueOf(loop);
  const { last, iterations } = ready;
  if (!(last instanceof Arrivals && last.takeIn(entry, iterations)))
    ready.pushAtTurnEnd(new Arrivals(entry, iterations));
}

class Arrivals implements Runnable {
  readonly #entries: Runnable[];
  readonly #iterations: number;

  constructor(entry: Runnable, iterations: number) {
    this.#entries = [entry];
    this.#iterations = iterations;
  }

  takeIn(entry: Runnable, iterations: number): boolean {
    if (iterations !== this.#iterations || this.#entries.length === BATCH) return false;
    this.#entries.push(entry);
    return true;
  }

  /** @internal */
  _run(): Effect {
    let effect: Effect = NOTHING;
    for (const entry of this.#entries) if (entry._run() !== NOTHING) effect = DRAIN;
    return effect;
  }
}
