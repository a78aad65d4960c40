// Catching what the library has to say: errors that nobody could catch (the loop's exception handler, errors
// that were never retrieved) and warnings. A test that does not expect an error there should fail.

import { AsyncioError, UsageError } from '../asyncio.ts';
import type { EventLoop } from '../asyncio.ts';
import { defineError, peekRunningLoop, setReporter } from '../lowlevel.ts';
import type { Loop, Reporter, Severity } from '../lowlevel.ts';

/** One thing that the library had to say.
 * @example
 * ```ts
 * import type { Report } from 'asyncio-ts/testing';
 * const report: Report = { severity: 'error', text: 'Exception in callback tick' };
 * console.log(report.severity); // -> error
 * ```
 */
export interface Report {
  /** An error means that something went wrong and nobody handled it. */
  readonly severity: Severity;
  readonly text: string;
}

/** The library reported errors that the test did not expect, or did not report one that it did expect.
 * @example
 * ```ts
 * import { captureReports, ReportError } from 'asyncio-ts/testing';
 * using reports = captureReports();
 * reports.expect('was never retrieved');
 * try { reports.check(); } catch (error) { console.log(error instanceof ReportError); } // -> true
 * ```
 */
export class ReportError extends AsyncioError {
  /** The errors that were not expected. */
  readonly unexpected: readonly Report[];
  /** What was expected and did not come. */
  readonly missing: readonly (string | RegExp)[];

  constructor(unexpected: readonly Report[], missing: readonly (string | RegExp)[]) {
    super('ERR_ASYNCIO_REPORT', describe(unexpected, missing));
    this.unexpected = unexpected;
    this.missing = missing;
  }
}
defineError(ReportError, 'ReportError');

function describe(unexpected: readonly Report[], missing: readonly (string | RegExp)[]): string {
  const lines = unexpected.map(({ text }) => `  ${text.replaceAll('\n', '\n  ')}`);
  const heads: string[] = [];
  if (unexpected.length > 0)
    heads.push(`the library reported errors that the test does not expect:\n${lines.join('\n')}`);
  if (missing.length > 0)
    heads.push(`the library did not report what the test expects: ${missing.map(String).join(', ')}`);
  return heads.join('\n');
}

// Several may catch at once, as when tests run beside each other: a report goes to the one whose loop it is about, else
// to the latest. The program's own reporter comes back when the last has gone.
const captures: CapturedReports[] = [];
const ofLoops: WeakMap<Loop, CapturedReports> = new WeakMap();
let programs: Reporter | undefined;
let aboutLoop: CapturedReports | undefined;

function catching(): CapturedReports | undefined {
  const loop = peekRunningLoop();
  return aboutLoop ?? (loop && ofLoops.get(loop)) ?? captures.at(-1);
}

/** Whatever `loop` reports goes to `reports`. */
export function reportsOfLoop(loop: EventLoop, reports: CapturedReports): void {
  ofLoops.set(loop, reports);
  const byDefault = loop.defaultExceptionHandler;
  loop.defaultExceptionHandler = function (this: EventLoop, context) {
    const outer = aboutLoop;
    aboutLoop = reports;
    try {
      byDefault.call(this, context);
    } finally {
      aboutLoop = outer;
    }
  };
}

/** What was reported since {@link captureReports}.
 * @example
 * ```ts
 * import { run, getRunningLoop, sleep } from 'asyncio-ts';
 * import { captureReports, type CapturedReports } from 'asyncio-ts/testing';
 * using reports: CapturedReports = captureReports();
 * await run(async () => {
 *   getRunningLoop().callSoon(() => { throw new Error('lost'); });
 *   await sleep(0);
 * });
 * console.log(reports.errors.length); // -> 1
 * ```
 */
export class CapturedReports implements Disposable {
  /** Everything that was reported, in order. */
  readonly all: Report[] = [];
  readonly #expected: Map<string | RegExp, boolean> = new Map();

  /** @internal */
  constructor() {
    if (captures.length === 0)
      programs = setReporter((severity, text) => catching()?.take(Object.freeze({ severity, text })));
    captures.push(this);
  }

  /** @internal */
  take(report: Report): void {
    this.all.push(report);
    for (const pattern of this.#expected.keys())
      if (matches(pattern, report)) this.#expected.set(pattern, true);
  }

  /** The errors among them. */
  get errors(): Report[] {
    return this.all.filter(({ severity }) => severity === 'error');
  }

  /** Says that a report which contains `pattern` or matches it is part of the test: {@link check} demands it
   * instead of complaining about it. */
  expect(pattern: string | RegExp): void {
    this.#expected.set(
      pattern,
      this.all.some((report) => matches(pattern, report)),
    );
  }

  /** @throws ReportError (`ERR_ASYNCIO_REPORT`) for an error that was not expected, or an expected report that
   * did not come */
  check(): void {
    const patterns = [...this.#expected.keys()];
    const unexpected = this.errors.filter(
      (report) => !patterns.some((pattern) => matches(pattern, report)),
    );
    const missing = patterns.filter((pattern) => this.#expected.get(pattern) === false);
    if (unexpected.length > 0 || missing.length > 0) throw new ReportError(unexpected, missing);
  }

  /** Forgets all reports and expectations. */
  clear(): void {
    this.all.length = 0;
    this.#expected.clear();
  }

  /** Lets reports go where they went before. */
  [Symbol.dispose](): void {
    const at = captures.indexOf(this);
    if (at < 0) return;
    captures.splice(at, 1);
    if (captures.length === 0) setReporter(programs as Reporter);
  }
}

function matches(pattern: string | RegExp, { text }: Report): boolean {
  return typeof pattern === 'string' ? text.includes(pattern) : text.search(pattern) >= 0;
}

/** Catches from now on what the library would print: errors in callbacks, errors that were never retrieved,
 * warnings. Dispose of it to let things be printed again.
 * @example
 * ```ts
 * import { run, createTask, sleep } from 'asyncio-ts';
 * import { captureReports } from 'asyncio-ts/testing';
 * using reports = captureReports();
 * await run(async () => {
 *   createTask(async () => { throw new Error('lost'); }, { name: 'loser' });
 *   await sleep(0);
 * });
 * console.log(reports.errors[0]?.text.split('\n')[0]); // -> Task loser: its exception was never retrieved
 * ```
 */
export function captureReports(): CapturedReports {
  return new CapturedReports();
}

/** Says, inside {@link runTest} or after {@link captureReports}, that the library will report something that
 * contains `pattern` or matches it; see {@link CapturedReports.expect}.
 * @throws UsageError when nothing catches reports
 * @example
 * ```ts
 * import { sleep } from 'asyncio-ts';
 * import { runTest, expectReport } from 'asyncio-ts/testing';
 * await runTest(async ({ loop }) => {
 *   expectReport('Exception in callback broken');
 *   loop.callSoon(function broken() { throw new Error('no'); });
 *   await sleep(0);
 * });
 * ```
 */
export function expectReport(pattern: string | RegExp): void {
  const latest = catching();
  if (latest === undefined)
    throw new UsageError('nothing catches reports: call captureReports first, or use runTest');
  latest.expect(pattern);
}
