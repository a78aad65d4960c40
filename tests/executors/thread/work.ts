// What the tests of pools call in threads.

import { setTimeout as delay } from 'node:timers/promises';
import { checkCancelled, currentWork, transfer, workSignal } from '../../../src/worker.ts';

export class OwnError extends Error {
  override readonly name = 'OwnError';
  readonly detail = { count: 3 };
}

let started = 0;
const runs: number = ++started;

export function add(a: number, b: number): number {
  return a + b;
}

export function divide(a: number, b: number): number {
  if (b === 0) throw new RangeError('division by zero');
  return Math.floor(a / b);
}

export function nothing(): void {}

export function everything(...args: unknown[]): unknown[] {
  return args;
}

export function mark(bell: Int32Array, at: number = 0): void {
  Atomics.add(bell, at, 1);
  Atomics.notify(bell, at);
}

/** Counts itself in `bell[0]`, and waits until `bell[1]` is set. */
export function hold(bell: Int32Array): string {
  mark(bell);
  Atomics.wait(bell, 1, 0);
  return 'let go';
}

/** Computes until it is cancelled; counts in `bell[0]` that it began, and in `bell[1]` that it cleaned up. */
export function spin(bell: Int32Array): never {
  mark(bell);
  try {
    for (;;) checkCancelled();
  } finally {
    mark(bell, 1);
  }
}

export function deaf(bell: Int32Array): never {
  mark(bell);
  for (;;);
}

export async function waits(bell: Int32Array): Promise<void> {
  mark(bell);
  await delay(60_000, undefined, { signal: workSignal() });
}

export async function ignores(bell: Int32Array): Promise<string> {
  const signal = workSignal();
  mark(bell);
  while (!signal.aborted) await delay(1);
  return 'all the same';
}

export async function failsCleaningUp(bell: Int32Array): Promise<void> {
  try {
    await waits(bell);
  } finally {
    await Promise.reject(new OwnError('the clean-up failed'));
  }
}

export function fails(): never {
  throw new RangeError('too big', { cause: new OwnError('inner') });
}

export function throwsOwn(): never {
  throw Object.assign(new OwnError('mine'), { code: 'ERR_MINE' });
}

export function throwsValue(value: unknown): never {
  throw value;
}

export function throwsMany(): never {
  throw new AggregateError([new TypeError('one'), new OwnError('two')], 'several');
}

export function exits(code: number): never {
  process.exit(code);
}

export function runsOut(): never {
  const kept: unknown[] = [];
  for (;;) kept.push(Array.from({ length: 100_000 }, () => ({})));
}

export function throwsLater(): Promise<void> {
  return new Promise(
    () =>
      void setTimeout(() => {
        throw new TypeError('in a timer');
      }, 1),
  );
}

export function leavesTimer(): string {
  setTimeout(() => {
    throw new TypeError('after the call');
  }, 1);
  return 'ended';
}

export function* count(to: number, bell?: Int32Array): Generator<number, string> {
  try {
    for (let n = 0; n < to; n++) {
      if (bell !== undefined) mark(bell);
      yield n;
    }
    return 'all';
  } finally {
    if (bell !== undefined) mark(bell, 1);
  }
}

export async function* slowly(to: number): AsyncGenerator<number, void> {
  for (let n = 0; n < to; n++) {
    await delay(1);
    yield n;
  }
}

export function* failing(): Generator<number, void> {
  yield 1;
  throw new OwnError('in the middle');
}

export function* bytes(): Generator<Uint8Array, void> {
  const data = new Uint8Array(8).fill(7);
  yield transfer([data.buffer], data);
}

export function handOver(size: number): Uint8Array {
  const data = new Uint8Array(size).fill(1);
  return transfer([data.buffer], data);
}

export function unsendable(): unknown {
  return () => {};
}

export function who(): string | undefined {
  return currentWork()?.worker;
}

export function loaded(): number {
  return runs;
}

export function failsToStart(): never {
  throw new OwnError('no database');
}
