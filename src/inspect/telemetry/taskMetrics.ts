// The figures of metrics() as instruments of OpenTelemetry, read when they are collected. The loop's delay is a histogram
// of each sample.

import type * as Api from '@opentelemetry/api';
import { LoopDelay } from '../loopDelay.ts';
import { useCollector } from '../metrics/collector.ts';
import { metrics } from '../metrics/metrics.ts';
import { Utilisation } from '../utilisation.ts';

/** Makes them; returns what takes them back. */
export function observeMetrics(meter: Api.Meter): () => void {
  const { stop } = useCollector();
  const created = meter.createObservableCounter('asyncio.tasks.created', { description: 'Tasks made.' });
  const done = meter.createObservableCounter('asyncio.tasks.done', {
    description: 'Tasks that have ended, by outcome.',
  });
  const active = meter.createObservableUpDownCounter('asyncio.tasks.active', {
    description: 'Tasks that are not done, by state.',
  });
  const utilisation = meter.createObservableGauge('asyncio.loop.utilisation', {
    description: 'Part of the time in which the thread was at work.',
    unit: '1',
  });
  const delay = meter.createHistogram('asyncio.loop.delay', {
    description: 'How late timers of the host come.',
    unit: 's',
  });
  const samples = new LoopDelay((late) => {
    try {
      delay.record(late / 1000);
    } catch {
      // A figure that nobody takes is no reason to end the program.
    }
  });
  const used = new Utilisation();
  const all = [created, done, active, utilisation];
  const observe = (result: Api.BatchObservableResult): void => {
    const { totals, tasks } = metrics();
    result.observe(created, totals.created);
    for (const outcome of ['finished', 'cancelled', 'failed'] as const)
      result.observe(done, totals[outcome], { outcome });
    for (const [state, count] of Object.entries(tasks)) result.observe(active, count, { state });
    const part = used.take();
    if (part !== undefined) result.observe(utilisation, part);
  };
  meter.addBatchObservableCallback(observe, all);
  return () => {
    meter.removeBatchObservableCallback(observe, all);
    samples.stop();
    stop();
  };
}
