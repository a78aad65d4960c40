// The entry point `asyncio-ts/testing`: everything that the tests of an asynchronous program need.

export { checkpoint } from '../lowlevel.ts';
export { leakGuard, LeakGuard } from './leakGuard.ts';
export type { LeakGuardOptions } from './leakGuard.ts';
export { LeakError } from './leaks.ts';
export type { Leak } from './leaks.ts';
export { Random } from './random.ts';
export { CapturedReports, captureReports, expectReport, ReportError } from './reports.ts';
export type { Report } from './reports.ts';
export { runTest } from './runTest.ts';
export { Sequencer } from './sequencer.ts';
export type { RunTestOptions, TestBody, TestContext } from './testBody.ts';
export { VirtualClock } from './virtualClock.ts';
export type { VirtualClockOptions } from './virtualClock.ts';
export { waitAllTasksBlocked } from './waitAllTasksBlocked.ts';
export type { WaitBlockedOptions } from './waitAllTasksBlocked.ts';
