// openSignalReceiver: signals as something to iterate over.
//
// 1. A signal that comes while nobody iterates is kept, once each kind, in the order in which they came: several of a
//    kind are one, as the system itself has it.
// 2. Each is given to one who waits. A wait that is cancelled takes none.
// 3. What nobody has taken when the last receiver that keeps it is closed is passed on to who handles the signal then:
//    another receiver or handler, `run`, or the system. Whoever had it before does not get it again.

import { InvalidArgumentError } from '../../base/errors.ts';
import { resourcesOf } from '../../loop/resources.ts';
import type { Loop } from '../../loop/loop.ts';
import { runningLoop } from '../../loop/running.ts';
import { ParkingLot } from '../../sync/parkingLot.ts';
import { onOwnSignal, passOnSignal } from '../../sys/host/ownSignals.ts';
import type { Arrival } from '../../sys/host/ownSignals.ts';
import { Hold } from './hold.ts';
import { toCatchableSignal } from './signalName.ts';
import type { Signal, SignalName } from './signalName.ts';

/** Receives signals until it is closed; see {@link openSignalReceiver}.
 * @example
 * ```ts
 * import { run, openSignalReceiver, type SignalReceiver } from 'asyncio-ts';
 * await run(async () => {
 *   using signals: SignalReceiver = openSignalReceiver('SIGHUP');
 *   console.log(String(signals)); // -> <SignalReceiver SIGHUP>
 * });
 * ```
 */
export class SignalReceiver implements AsyncIterable<SignalName>, Disposable {
  readonly #loop: Loop;
  readonly #signals: readonly SignalName[];
  readonly #pending: Map<SignalName, Arrival> = new Map();
  readonly #lot: ParkingLot;
  readonly #hold: Hold;
  #undo: (() => void)[] = [];
  #waiting: number = 0;
  #closed: boolean = false;

  /** @internal */
  constructor(loop: Loop, signals: readonly SignalName[]) {
    this.#loop = loop;
    this.#signals = signals;
    this.#lot = new ParkingLot({
      what: `SignalReceiver ${signals.join(', ')}`,
      kind: 'signalReceiver.next',
    });
    this.#hold = new Hold(() => this.#waiting > 0, loop.isRunning());
    try {
      for (const signal of signals)
        this.#undo.push(onOwnSignal(signal, (arrival) => this.#came(signal, arrival)));
    } catch (error) {
      this.#stopListening();
      throw error;
    }
    resourcesOf(loop).add(this);
  }

  /** The next signal, by its name, or the end when the receiver is closed. A cancel ends the wait and takes nothing.
   * @throws UsageError when others wait for it under another loop */
  async next(): Promise<IteratorResult<SignalName, undefined>> {
    for (;;) {
      const [first] = this.#pending;
      if (first !== undefined) {
        const [signal, arrival] = first;
        arrival.taken = true;
        this.#drop(signal);
        return { value: signal, done: false };
      }
      if (this.#closed) return { value: undefined, done: true };
      this.#waiting++;
      this.#hold.look();
      try {
        await this.#lot.park();
      } finally {
        this.#waiting--;
        this.#hold.look();
      }
    }
  }

  /** Leaving the loop does not close the receiver: it can be iterated again. */
  [Symbol.asyncIterator](): AsyncIterator<SignalName, undefined> {
    return { next: () => this.next() };
  }

  /** Receives no more, and ends the loops over it. What came and was not taken goes to who handles it then, or else to
   * the system, which ends the process for most signals. Again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    resourcesOf(this.#loop).remove(this);
    this.#stopListening();
    this.#lot.unpark(Infinity);
    for (const [signal, arrival] of [...this.#pending]) {
      this.#drop(signal);
      if (!arrival.taken && arrival.keepers === 0) passOnSignal(signal);
    }
  }

  [Symbol.dispose](): void {
    this.close();
  }

  toString(): string {
    const { size } = this.#pending;
    return `<SignalReceiver ${this.#signals.join(', ')}${this.#closed ? ' closed' : size > 0 ? ` pending=${size}` : ''}>`;
  }

  /** @internal */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  /** @internal */
  loopStarted(): void {
    this.#hold.running = true;
  }

  /** @internal */
  loopStopped(): void {
    this.#hold.running = false;
  }

  /** @internal */
  loopClosed(): void {
    this.close();
  }

  /** @internal */
  loopDescription(): string {
    return this.toString();
  }

  #came(signal: SignalName, arrival: Arrival): void {
    const before = this.#pending.get(signal);
    arrival.keepers++;
    this.#pending.set(signal, arrival);
    if (before === undefined) this.#lot.unpark();
    else before.keepers--;
  }

  #drop(signal: SignalName): void {
    (this.#pending.get(signal) as Arrival).keepers--;
    this.#pending.delete(signal);
  }

  #stopListening(): void {
    for (const undo of this.#undo) undo();
    this.#undo = [];
  }
}

/** Receives `signals`, by name or number, from now on until the receiver is closed, which `using` does at the end of the
 * block. `for await` gives their names. What comes while nobody iterates is kept, several of one kind as one. Meanwhile
 * these signals do nothing else: {@link run} is not interrupted by them, and the system does not act on them. While
 * somebody waits for one the process stays alive. Semantics: trio.open_signal_receiver.
 * @throws InvalidArgumentError for no signals, or one that this system does not have; UsageError for SIGKILL and SIGSTOP,
 * which can't be caught, and in a worker thread; NoRunningLoopError outside of a loop
 * @example
 * ```ts
 * import process from 'node:process';
 * import { run, openSignalReceiver } from 'asyncio-ts';
 * await run(async () => {
 *   using signals = openSignalReceiver('SIGHUP', 'SIGALRM');
 *   process.kill(process.pid, 'SIGHUP');
 *   for await (const signal of signals) {
 *     console.log(signal); // -> SIGHUP
 *     break;
 *   }
 * });
 * ```
 */
export function openSignalReceiver(...signals: Signal[]): SignalReceiver {
  if (signals.length === 0)
    throw new InvalidArgumentError('signals', 'openSignalReceiver needs at least one signal');
  const names = signals.map((signal) => toCatchableSignal(signal, 'openSignalReceiver'));
  return new SignalReceiver(runningLoop('openSignalReceiver'), [...new Set(names)]);
}
