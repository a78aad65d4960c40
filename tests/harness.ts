// The tear-down of every suite. Import it for its effect:
//
//   import '../harness.ts';
//
// After each test it fails the test when a loop was not closed, when a closed loop still held a task, timer
// or handle (with the place where that was made), when a host resource or a file descriptor stayed, and when
// the library reported an error that the test did not expect (`expectReport` of asyncio-ts/testing says that
// one is expected).

import process from 'node:process';
import { afterEach, beforeEach } from 'node:test';
import { captureReports } from '../src/testing/reports.ts';
import { leakGuard } from '../src/testing/leakGuard.ts';
import type { LeakGuard } from '../src/testing/leakGuard.ts';

const onDeno = (process.versions as Record<string, string | undefined>)['deno'] !== undefined;
/** For tests that know of something that their host leaves behind. */
export const guard: LeakGuard = leakGuard();
const reports = captureReports();
let late: unknown;

beforeEach(() => {
  // Deno takes no notice of an afterEach that fails: there the next test fails in its place.
  const error = late;
  late = undefined;
  guard.begin();
  reports.clear();
  if (error !== undefined) throw new Error('the test before this one left something', { cause: error });
});

afterEach(async () => {
  try {
    await guard.check();
    reports.check();
  } catch (error) {
    if (onDeno) late = error;
    throw error;
  }
});
