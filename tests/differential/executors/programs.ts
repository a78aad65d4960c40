// Random programs with one pool of one thread, in which the order of everything is certain.
//
// 1. A word is `value:N`, `raise:N`, `gate:N` (work that waits until `open`), `open`, `cancel:K` (the K-th future) or
//    `shutdown:0|1` (with `cancelFutures`). What is submitted while a gate is closed stands behind it; a player waits for
//    everything else, and for a gate's work to have begun, before the next word.
// 2. At the end the gates are opened, and the trace is what ran, in its order, and then the outcome of each future.
// 3. A cancel of work that runs ends the wait alone in Python and asks the work here. The gate does not listen, and the
//    pool's grace has no end: both are cancelled, and both threads go on behind the gate.

import { Random } from '../../../src/testing/random.ts';

export type PoolProgram = readonly string[];

export function poolProgram(seed: number): PoolProgram {
  const random = new Random(seed);
  const words: string[] = [];
  let futures = 0;
  for (let left = 4 + random.int(10); left > 0; left--) {
    const word = random.pick([
      'value',
      'value',
      'raise',
      'gate',
      'gate',
      'open',
      'cancel',
      'cancel',
      'shutdown',
    ]);
    if (word === 'open') words.push('open');
    else if (word === 'cancel') {
      if (futures > 0) words.push(`cancel:${random.int(futures)}`);
    } else if (word === 'shutdown') {
      if (random.oneIn(3)) words.push(`shutdown:${random.int(2)}`);
    } else {
      words.push(`${word}:${random.int(100)}`);
      futures++;
    }
  }
  return words;
}

/** Every program with one word less. */
export function smallerPrograms(program: PoolProgram): PoolProgram[] {
  return program.map((_, at) => program.toSpliced(at, 1));
}
