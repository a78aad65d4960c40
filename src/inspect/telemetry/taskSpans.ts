// Tasks as spans: one from the making of a task to its end, a child of the span in which the task was made, and the
// active one in the task's own code.
//
// 1. OpenTelemetry's context manager carries the active span along by an AsyncLocalStorage. A task is started in a
//    snapshot that was taken within the span, so what its code and the libraries below it trace lies in it, across all
//    awaits.
// 2. Without a context manager the parent is the span of the task that made this one.
// 3. A cancelled task is no error: its outcome is an attribute. One that failed has the exception and the status.
// 4. What the SDK, an exporter or the program's choice of tasks throws is told once, as a warning: tasks are made and end
//    all the same. A span that was begun is ended whatever its attributes have thrown.

import { AsyncLocalStorage } from 'node:async_hooks';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import process from 'node:process';
import { inspect } from 'node:util';
import type * as Api from '@opentelemetry/api';
import { currentTask } from '../../asyncio.ts';
import type { Task } from '../../asyncio.ts';
import { numberOf, peekRunningLoop, startTaskIn, taskTitle, traceTasks } from '../../lowlevel.ts';
import type { TraceEvent } from '../../lowlevel.ts';

const CREATE = 'asyncio-ts:task:create';
const DONE = 'asyncio-ts:task:done';
/** SpanStatusCode.ERROR */
const ERROR = 2;

interface OpenSpan {
  readonly span: Api.Span;
  wait: TraceEvent | undefined;
}

export class TaskSpans {
  readonly #api: typeof Api;
  readonly #tracer: Api.Tracer;
  readonly #wanted: (task: Task) => boolean;
  /** By the tasks' numbers. */
  readonly #open: Map<number, OpenSpan> = new Map();
  readonly #endWaits: (() => void) | undefined;
  #warned: boolean = false;

  /** `waits` makes each wait an event of its task's span. */
  constructor(api: typeof Api, tracer: Api.Tracer, wanted: (task: Task) => boolean, waits: boolean) {
    this.#api = api;
    this.#tracer = tracer;
    this.#wanted = wanted;
    subscribe(CREATE, this.#create);
    subscribe(DONE, this.#done);
    this.#endWaits = waits
      ? traceTasks((event) => {
          const open = this.#open.get(event.task);
          if (open !== undefined) this.#safely(() => tellWait(open, event));
        })
      : undefined;
  }

  /** Spans that have not ended end now. */
  stop(): void {
    unsubscribe(CREATE, this.#create);
    unsubscribe(DONE, this.#done);
    this.#endWaits?.();
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { span } of open) this.#safely(() => span.end());
  }

  readonly #create = (message: unknown): void => {
    const { task } = message as { task: Task };
    this.#safely(() => this.#begin(task));
  };

  #begin(task: Task): void {
    if (!this.#wanted(task)) return;
    const { context, trace } = this.#api;
    const parent = this.#parentContext();
    const number = numberOf(task);
    const attributes = { 'asyncio.task.id': number, 'asyncio.task.name': task.getName() };
    const span = this.#tracer.startSpan(taskTitle(task), { attributes }, parent);
    this.#open.set(number, { span, wait: undefined });
    startTaskIn(
      task,
      context.with(trace.setSpan(parent, span), () => AsyncLocalStorage.snapshot()),
    );
  }

  #parentContext(): Api.Context {
    const { context, trace } = this.#api;
    const active = context.active();
    if (trace.getSpan(active) !== undefined || peekRunningLoop() === undefined) return active;
    const parent = currentTask();
    const open = parent === undefined ? undefined : this.#open.get(numberOf(parent));
    return open === undefined ? active : trace.setSpan(active, open.span);
  }

  readonly #done = (message: unknown): void => {
    const { task } = message as { task: Task };
    const number = numberOf(task);
    const open = this.#open.get(number);
    if (open === undefined) return;
    this.#open.delete(number);
    this.#safely(() => tellEnd(open, task));
    this.#safely(() => open.span.end());
  };

  #safely(tell: () => void): void {
    try {
      tell();
    } catch (error) {
      if (this.#warned) return;
      this.#warned = true;
      process.emitWarning(`telling OpenTelemetry of a task threw, which is told once: ${inspect(error)}`);
    }
  }
}

function tellEnd(open: OpenSpan, task: Task): void {
  const { span } = open;
  endWait(open, now());
  // In the moment of its end, looking at an error hides it from nobody.
  const error = task.cancelled() ? undefined : task.exception();
  span.setAttribute('asyncio.task.outcome', outcomeOf(task, error));
  if (error === undefined) return;
  const shown = error instanceof Error ? error : inspect(error);
  span.recordException(shown);
  span.setStatus({ code: ERROR, message: typeof shown === 'string' ? shown : shown.message });
}

function tellWait(open: OpenSpan, event: TraceEvent): void {
  if (event.what === 'step' || event.what === 'wait') endWait(open, event.ready ?? event.at);
  if (event.what === 'wait') open.wait = event;
}

const now = (): number => performance.timeOrigin + performance.now();

function outcomeOf(task: Task, error: unknown): string {
  if (task.cancelled()) return 'cancelled';
  return error === undefined ? 'finished' : 'failed';
}

function endWait(open: OpenSpan, at: number): void {
  const { span, wait } = open;
  if (wait === undefined) return;
  open.wait = undefined;
  const duration = Math.max(0, at - wait.at);
  span.addEvent(
    'wait',
    { 'asyncio.wait.for': wait.wait ?? '', 'asyncio.wait.duration_ms': duration },
    wait.at,
  );
}
