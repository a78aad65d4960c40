// The program of the thread that watches one that records. When that shows no sign of life for long, this one says
// where it hangs and writes the record.
//
// 1. Time is counted in its own looks: where the whole process has stood still, as in a suspended machine, it has not
//    looked either.
// 2. Each hang is told once. What comes back to life and hangs again is another.

import { writeSync } from 'node:fs';
import { isMainThread, parentPort, workerData } from 'node:worker_threads';
import { Ring } from './ring.ts';
import { stackOfMainThread } from './stuckStack.ts';
import { nameIn, writeRecord } from './writeRecord.ts';
import type { Recorded } from './writeRecord.ts';

/** What it is given. */
export interface Watch extends Recorded {
  readonly memory: SharedArrayBuffer;
  /** After how long without a sign of life a thread hangs, in milliseconds. */
  readonly hang: number;
}

const LOOKS = 4;

if (!isMainThread) {
  const watch = workerData as Watch;
  const ring = new Ring(watch.memory);
  let seen = ring.beats;
  let looks = 0;
  const timer = setInterval(() => {
    const { beats } = ring;
    looks = beats === seen ? looks + 1 : 0;
    seen = beats;
    if (looks === LOOKS) void tell(watch, ring);
  }, watch.hang / LOOKS);
  parentPort?.once('message', () => {
    clearInterval(timer);
    parentPort?.close();
  });
}

async function tell(watch: Watch, ring: Ring): Promise<void> {
  const lines = ring.lines();
  const { running } = ring;
  const stack = watch.thread === 0 ? await stackOfMainThread() : [];
  const task = running === 0 ? undefined : (nameIn(lines, running) ?? `task ${running}`);
  const text =
    `the loop has been stuck for ${(watch.hang / 1000).toFixed(1)} s` +
    (task === undefined ? '' : ` in ${task}`) +
    (stack[0] === undefined ? '' : ` ${stack[0]}`);
  const rest = stack.slice(1).map((line) => `    ${line}\n`);
  writeSync(2, `asyncio: ${text}\n${rest.join('')}  ${written(watch, lines, text)}\n`);
}

// What is known of the hang is told, whatever becomes of the file.
function written(watch: Watch, lines: readonly string[], reason: string): string {
  try {
    writeRecord(watch.file, lines, watch, reason);
    return `The last ${watch.span / 1000} s are in ${watch.file}`;
  } catch (error) {
    return `The record could not be written: ${(error as Error).message}`;
  }
}
