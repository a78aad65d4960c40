// openTelemetry of asyncio-ts/inspect, with OpenTelemetry's own SDK.

import assert from 'node:assert/strict';
import { channel } from 'node:diagnostics_channel';
import process from 'node:process';
import { after, beforeEach, test } from 'node:test';
import { context, metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import type { Tracer } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import '../../harness.ts';
import { createTask, Lock, run, sleep, taskGroup, timeout } from '../../../src/asyncio.ts';
import { openTelemetry } from '../../../src/inspect/inspect.ts';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
trace.setGlobalTracerProvider(provider);
const manager = new AsyncLocalStorageContextManager();
context.setGlobalContextManager(manager.enable());
const figures = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: figures, exportIntervalMillis: 2 ** 30 });
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }));
after(async () => {
  await reader.shutdown();
  trace.disable();
  context.disable();
  metrics.disable();
});
beforeEach(() => exporter.reset());

const span = (name: string): ReadableSpan => {
  const found = exporter
    .getFinishedSpans()
    .find((one) => one.name === name || one.name.includes(`(${name})`));
  assert.ok(found !== undefined, `${name} in ${exporter.getFinishedSpans().map((one) => one.name)}`);
  return found;
};
const parentOf = (name: string): string | undefined => span(name).parentSpanContext?.spanId;
const idOf = (name: string): string => span(name).spanContext().spanId;

test('openTelemetry: a task is a span, a child of the span in which it was made', async () => {
  using _ = await openTelemetry({ metrics: false });
  await run(() =>
    taskGroup(async (group) => {
      group.startSoon(async function outer() {
        await createTask(async function inner() {
          await sleep(1);
        });
      });
    }),
  );
  assert.equal(parentOf('outer'), idOf('main'));
  assert.equal(parentOf('inner'), idOf('outer'));
  assert.equal(span('inner').attributes['asyncio.task.outcome'], 'finished');
  assert.equal(parentOf('main'), undefined);
});

test('openTelemetry: the span is active in the task, across awaits of every kind', async () => {
  using _ = await openTelemetry({ metrics: false });
  const active = (): string | undefined => trace.getActiveSpan()?.spanContext().spanId;
  const seen = new Map<string, (string | undefined)[]>();
  const look = (name: string) => async (): Promise<void> => {
    const ids = [active()];
    await sleep(1);
    ids.push(active());
    await new Promise((resolve) => setImmediate(resolve));
    ids.push(active());
    await timeout(1000, async () => {
      await sleep(0);
      ids.push(active());
    });
    seen.set(name, ids);
  };
  await run(() =>
    taskGroup(async (group) => {
      for (const name of ['a', 'b']) group.startSoon(look(name), { name });
    }),
  );
  for (const name of ['a', 'b']) assert.deepEqual(seen.get(name), Array(4).fill(idOf(name)));
});

test("openTelemetry: the program's own spans lie in between, and a request's span around", async () => {
  using _ = await openTelemetry({ metrics: false });
  const tracer = trace.getTracer('program');
  await run(() =>
    tracer.startActiveSpan('own', async (own) => {
      await createTask(async function below() {
        await sleep(1);
        tracer.startSpan('deepest').end();
      });
      own.end();
    }),
  );
  assert.equal(parentOf('own'), idOf('main'));
  assert.equal(parentOf('below'), idOf('own'));
  assert.equal(parentOf('deepest'), idOf('below'));
});

test('openTelemetry: failures have the exception and the status, cancels do not', async () => {
  using _ = await openTelemetry({ metrics: false });
  await run(async () => {
    const failing = createTask(async function fails() {
      throw new TypeError('wrong');
    });
    const stopping = createTask(() => sleep(60_000), { name: 'stops' });
    await sleep(0);
    stopping.cancel();
    await Promise.allSettled([failing, stopping]);
  });
  assert.deepEqual(span('fails').status, { code: 2, message: 'wrong' });
  assert.equal(span('fails').attributes['asyncio.task.outcome'], 'failed');
  assert.equal(span('fails').events[0]?.attributes?.['exception.type'], 'TypeError');
  assert.equal(span('stops').status.code, 0);
  assert.equal(span('stops').attributes['asyncio.task.outcome'], 'cancelled');
});

test('openTelemetry: waits as events, with what they were for', async () => {
  using _ = await openTelemetry({ metrics: false, waits: true });
  await run(async () => {
    const lock = new Lock({ name: 'door' });
    await lock.acquire();
    const task = createTask(() => lock.acquire(), { name: 'waits' });
    await sleep(0);
    await sleep(2);
    lock.release();
    await task;
  });
  const [event] = span('waits').events;
  assert.equal(event?.name, 'wait');
  assert.equal(event.attributes?.['asyncio.wait.for'], 'Lock "door" (lock.acquire)');
  assert.ok((event.attributes['asyncio.wait.duration_ms'] as number) >= 1);
});

test('openTelemetry: chosen tasks, and what is open when it stops', async () => {
  const telemetry = await openTelemetry({ metrics: false, spans: (task) => task.getName() !== 'no' });
  await run(async () => {
    await Promise.all([
      createTask(async () => {}, { name: 'no' }),
      createTask(async () => {}, { name: 'yes' }),
    ]);
    telemetry.stop();
    telemetry.stop();
    await createTask(async () => {}, { name: 'late' });
  });
  assert.deepEqual(
    exporter
      .getFinishedSpans()
      .map((one) => one.name)
      .sort(),
    ['main', 'yes'],
  );
  for (const name of ['task:create', 'task:done', 'wait:begin'])
    assert.equal(channel(`asyncio-ts:${name}`).hasSubscribers, false, name);
  await assert.rejects(openTelemetry({ spans: 1 as never }), { code: 'ERR_ASYNCIO_INVALID_ARGUMENT' });
});

test('openTelemetry: metrics', async () => {
  using _ = await openTelemetry({ spans: false });
  await run(async () => {
    const task = createTask(() => sleep(60_000));
    await sleep(50);
    await reader.forceFlush();
    task.cancel();
    await Promise.allSettled([task]);
  });
  await reader.forceFlush();
  const points = figures
    .getMetrics()
    .at(-1)!
    .scopeMetrics[0]!.metrics.flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(
        ({ attributes, value }) =>
          [[descriptor.name, ...Object.values(attributes)].join(' '), value] as const,
      ),
    );
  const values = new Map<string, unknown>(points);
  assert.equal(values.get('asyncio.tasks.done cancelled'), 1);
  assert.equal(values.get('asyncio.tasks.active waiting'), 0);
  assert.ok((values.get('asyncio.tasks.created') as number) >= 2);
  assert.ok((values.get('asyncio.loop.delay') as { count: number }).count > 0);
  exporter.reset();
});

test('openTelemetry: what throws in there is told once, ends no task, and each span ends', async (t) => {
  const warn = t.mock.method(process, 'emitWarning', () => {});
  const unruly: Pick<Tracer, 'startSpan'> = {
    startSpan(...args) {
      if (args[0].includes('(refused)')) throw new Error('no span');
      const begun = provider.getTracer('unruly').startSpan(...args);
      begun.setAttribute = () => {
        throw new Error('no attribute');
      };
      return begun;
    },
  };
  t.mock.method(trace, 'getTracer', () => unruly);
  {
    using _ = await openTelemetry({
      metrics: false,
      spans: (task) => {
        if (task.getName() === 'unwanted') throw new Error('no choice');
        return true;
      },
    });
    await run(() =>
      taskGroup(async (group) => {
        group.startSoon(async function refused() {});
        group.startSoon(async function ends() {});
        group.startSoon(() => sleep(1), { name: 'unwanted' });
        const task = group.createTask(async function cancelled() {
          await sleep(1000);
        });
        await sleep(0);
        task.cancel();
        task.cancel();
      }),
    );
  }
  const ended = exporter.getFinishedSpans().map(({ name }) => name.replace(/^Task-\d+ /, ''));
  const own = ended.filter((name) => name !== 'close');
  assert.deepEqual(own.sort(), ['(cancelled)', '(ends)', 'main']);
  assert.equal(warn.mock.callCount(), 1);
  assert.match(
    String(warn.mock.calls[0]?.arguments[0]),
    /^telling OpenTelemetry .* told once: Error: no span/,
  );
});
