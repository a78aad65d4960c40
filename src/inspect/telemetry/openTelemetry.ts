// openTelemetry: tasks as spans and figures as metrics, by the API of OpenTelemetry. The API is an optional peer, loaded
// here; what becomes of spans and metrics is up to the SDK that the program has set up.

import type * as Api from '@opentelemetry/api';
import { InvalidArgumentError, UnsupportedError } from '../../asyncio.ts';
import type { Task } from '../../asyncio.ts';
import { observeMetrics } from './taskMetrics.ts';
import { TaskSpans } from './taskSpans.ts';

/** Options of {@link openTelemetry}.
 * @example
 * ```ts
 * import type { TelemetryOptions } from 'asyncio-ts/inspect';
 * const options: TelemetryOptions = { spans: (task) => !task.getName().startsWith('tick'), waits: true };
 * console.log(options.waits); // -> true
 * ```
 */
export interface TelemetryOptions {
  /** A span for each task, for those for which a function returns true, or for none; true by default. */
  spans?: boolean | ((task: Task) => boolean) | undefined;
  /** Each wait of a task as an event of its span, with what it was for; false by default. */
  waits?: boolean | undefined;
  /** Counts of tasks, the loop's delay and utilisation as metrics; true by default. */
  metrics?: boolean | undefined;
}

/** What {@link openTelemetry} returns.
 * @example
 * ```ts
 * import { openTelemetry, type Telemetry } from 'asyncio-ts/inspect';
 * using telemetry: Telemetry = await openTelemetry({ metrics: false });
 * console.log(typeof telemetry.stop); // -> function
 * ```
 */
export interface Telemetry extends Disposable {
  /** Ends it; spans that are open end now. Stopping again does nothing. */
  stop(): void;
}

const NAME = 'asyncio-ts';

/** Tells OpenTelemetry of the tasks of this thread from now on: a span for each, active in its code, with the span in
 * which it was made as its parent, and metrics. Call it when the program has set its SDK up.
 * @throws UnsupportedError when `@opentelemetry/api` is not installed; InvalidArgumentError for bad options
 * @example
 * ```ts
 * import { run, sleep } from 'asyncio-ts';
 * import { openTelemetry } from 'asyncio-ts/inspect';
 * using _ = await openTelemetry({ waits: true });
 * await run(() => sleep(1));
 * ```
 */
export async function openTelemetry(options: TelemetryOptions = {}): Promise<Telemetry> {
  const { spans = true, waits = false, metrics = true } = options;
  if (typeof spans !== 'boolean' && typeof spans !== 'function')
    throw new InvalidArgumentError('spans', 'spans must be true, false, or a function of a task');
  const api = await loadApi();
  const wanted = typeof spans === 'function' ? spans : (): boolean => true;
  const taskSpans =
    spans === false ? undefined : new TaskSpans(api, api.trace.getTracer(NAME), wanted, waits);
  const endMetrics = metrics ? observeMetrics(api.metrics.getMeter(NAME)) : undefined;
  let stopped = false;
  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    taskSpans?.stop();
    endMetrics?.();
  };
  return { stop, [Symbol.dispose]: stop };
}

async function loadApi(): Promise<typeof Api> {
  try {
    return await import('@opentelemetry/api');
  } catch (cause) {
    throw new UnsupportedError(
      'openTelemetry needs the package @opentelemetry/api: npm install @opentelemetry/api',
      { cause },
    );
  }
}
