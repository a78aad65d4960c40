// Runs a program of the differential test on this library, on virtual time, and returns its trace: the counterpart
// of oracle.py, line by line.
//
// A program that has not ended after some seconds of real time fails the whole test: nothing is left then that
// could run another.

import { JumpingClock } from '../jumpingClock.ts';
import * as asyncio from '../../src/asyncio.ts';
import type { CancelledError, EventLoop, Future, Task } from '../../src/asyncio.ts';
import { fixed } from './program.ts';
import type { Program } from './program.ts';
import { spellHere } from './spell.ts';

const LINES = 2000;
const REAP_AT = 1000;
const REAP_EVERY = 10;
/** Real milliseconds that one program may take. */
const PATIENCE = 20_000;

class E1 extends Error {}
class E2 extends Error {}

/** Runs the program on a loop of its own and returns its trace. */
export async function runHere(program: Program): Promise<string[]> {
  const run = new Run();
  const failed = (error: unknown): void => run.say('unhandled rejection', error);
  process.on('unhandledRejection', failed);
  try {
    await run.run(program);
  } finally {
    process.off('unhandledRejection', failed);
  }
  return run.trace;
}

class Run {
  readonly trace: string[] = [];
  readonly #clock: JumpingClock = new JumpingClock();
  readonly #loop: EventLoop;
  readonly #names: Map<unknown, string> = new Map();
  #conditions: asyncio.Condition[] = [];
  #texts: boolean = false;
  #kept: (() => void) | undefined = undefined;
  #count: number = 0;

  constructor() {
    this.#clock.time = 0;
    this.#loop = asyncio.newEventLoop({ clock: this.#clock, backend: 'host' });
  }

  async run(program: Program): Promise<void> {
    const loop = this.#loop;
    this.#texts = program.texts;
    const runner = new asyncio.Runner({ loop, handleSignals: false, shutdownTimeout: Infinity });
    loop.setExceptionHandler((_, context) => this.#handle(context.message, context.exception));
    const mains = this.#compile(program, this.#space(program));
    loop.callAt(REAP_AT, () => this.#reap());
    const { promise: hangs, reject } = Promise.withResolvers<never>();
    const alarm = setTimeout(() => reject(new Error(`it hangs:\n${spellHere(program)}`)), PATIENCE);
    try {
      await Promise.race([this.#mains(program, mains, runner), hangs]);
    } finally {
      clearTimeout(alarm);
    }
  }

  async #mains(
    program: Program,
    mains: Record<string, () => Promise<unknown>>,
    runner: asyncio.Runner,
  ): Promise<void> {
    for (const { coroutine } of program.mains) {
      try {
        this.say(coroutine, await runner.run(mains[coroutine] as () => Promise<unknown>));
      } catch (error) {
        this.say(coroutine, error);
      }
    }
    await runner.close();
    this.say('closed');
  }

  #compile(program: Program, space: Record<string, unknown>): Record<string, () => Promise<unknown>> {
    const names = program.mains.map((main) => main.coroutine);
    const source = `'use strict';\n${spellHere(program)}\nreturn { ${names.join(', ')} };`;
    // oxlint-disable-next-line typescript/no-implied-eval -- a program is source text
    return new Function(...Object.keys(space), source)(...Object.values(space)) as never;
  }

  #space(program: Program): Record<string, unknown> {
    const loop = this.#loop;
    const { Lock, Event, ContextVar, Semaphore, BoundedSemaphore, Condition, Barrier } = asyncio;
    const made: Record<string, (at: number) => unknown> = {
      future: () => loop.createFuture(),
      lock: () => new Lock(),
      event: () => new Event(),
      variable: (at) => new ContextVar(`v${at}`),
      semaphore: (at) =>
        at === 0 ? new Semaphore(program.permits) : new BoundedSemaphore(program.permits),
      condition: (at) => (at === 0 ? new Condition() : new Condition(space['l1'] as asyncio.Lock)),
      barrier: () => new Barrier(program.parties),
      queue: (at) =>
        new [asyncio.Queue, asyncio.LifoQueue, asyncio.PriorityQueue][at]!(program.queues[at] ?? 0),
    };
    const space: Record<string, unknown> = {};
    for (const [kind, names] of Object.entries(fixed)) {
      names.forEach((name, at) => {
        space[name] = made[kind]!(at);
        this.#names.set(space[name], name);
      });
    }
    this.#conditions = [space['c0'], space['c1']] as asyncio.Condition[];
    const { sleep, createTask, gather, shield, wait, waitFor, asCompleted, timeout, taskGroup } = asyncio;
    const { copyContext, exceptStar, isCancelled, currentTask } = asyncio;
    return {
      ...space,
      ...{ sleep, createTask, gather, shield, wait, waitFor, asCompleted, timeout, taskGroup },
      ...{ copyContext, exceptStar, isCancelled, E1 },
      loop: () => loop,
      say: (where: number, ...what: unknown[]) => this.say(where, ...what),
      attempt: (where: number, work: () => unknown) => this.#attempt(where, work),
      need,
      some,
      once,
      state,
      me: () => need(currentTask()),
      current: () => {
        const task = currentTask();
        return task === undefined ? undefined : this.#name(task);
      },
      allTasks: () => [...asyncio.allTasks()].map((task) => this.#name(task)),
      keep: (callback: () => void) => void (this.#kept = callback),
      kept: () => need(this.#kept),
      fail: (text: string) => raise(new E1(text)),
      failOther: (text: string) => raise(new E2(text)),
      failGroup: (text: string) => {
        const inner = new asyncio.ExceptionGroup('inner', [new E2(text)]);
        raise(new asyncio.ExceptionGroup(text, [new E1(text), inner]));
      },
      failCancelled: (text: string) => raise(new asyncio.CancelledError(text)),
      add: (number: number) => void (this.#count += number),
      moreThan: (number: number) => this.#count > number,
    };
  }

  say(where: number | string, ...what: unknown[]): void {
    if (this.trace.length >= LINES) return;
    const text = what.map((one) => this.#show(one)).join(' ');
    this.trace.push(`${Math.trunc(this.#clock.time)} ${where} ${text}`.trimEnd());
  }

  #attempt(where: number, work: () => unknown): unknown {
    let result: unknown;
    try {
      result = work();
    } catch (error) {
      if (asyncio.isCancelled(error)) throw error;
      this.say(where, error);
      return undefined;
    }
    if (result instanceof asyncio.Future && !this.#names.has(result)) this.#names.set(result, `a${where}`);
    this.say(where, result);
    return result;
  }

  #name(future: Future<unknown>): string {
    if (future instanceof asyncio.Task) {
      const name = (future as Task<unknown>).getName();
      return /^c\d+$/.test(name) ? name : '*';
    }
    return this.#names.get(future) ?? 'future';
  }

  #show(value: unknown): string {
    if (value === undefined || value === null) return 'None';
    if (typeof value === 'boolean') return value ? 'True' : 'False';
    if (typeof value === 'number') return String(Math.trunc(value));
    if (typeof value === 'string') return value;
    if (value instanceof asyncio.ExceptionGroup)
      return `ExceptionGroup(${value.text}: ${this.#show(value.errors)})`;
    if (value instanceof E1) return `E1(${value.message})`;
    if (value instanceof E2) return `E2(${value.message})`;
    if (value instanceof asyncio.CancelledError) return this.#showCancel(value);
    // RuntimeError, ValueError, TypeError, LookupError there.
    if (value instanceof asyncio.UsageError || value instanceof asyncio.InvalidArgumentError)
      return 'misuse';
    if (value instanceof Error) return value.name;
    if (Array.isArray(value)) return `[${value.map((one) => this.#show(one)).join(', ')}]`;
    if (value instanceof Set)
      return `{${[...value]
        .map((one) => this.#show(one))
        .toSorted()
        .join(', ')}}`;
    if (value instanceof asyncio.Future) return this.#name(value);
    return '-';
  }

  /** The library's own cancels say whose they are; asyncio's have no text. */
  #showCancel(error: CancelledError): string {
    if (!this.#texts) return 'CancelledError';
    return `CancelledError(${error.origin === undefined ? error.message : ''})`;
  }

  #handle(message: string, error: unknown): void {
    // See oracle.py.
    if (message.includes('never retrieved') || message.includes('shielded')) return;
    const kind = message.startsWith('Exception in callback')
      ? 'callback'
      : message.startsWith('unhandled exception during')
        ? 'shutdown'
        : message;
    this.say('handler', kind, error);
  }

  #reap(): void {
    // Who is cancelled while it waits at a condition waits for its lock first.
    for (const condition of this.#conditions) if (condition.locked()) condition.release();
    for (const task of asyncio.allTasks(this.#loop)) task.cancel('reaped');
    this.#loop.callAt(this.#loop.time() + REAP_EVERY, () => this.#reap());
  }
}

function need<T>(value: T | undefined): T {
  if (value === undefined) throw new E1('none');
  return value;
}

function some<T>(given: readonly (T | undefined)[]): T[] {
  const there = given.filter((one) => one !== undefined);
  if (there.length === 0) throw new E1('none');
  return there;
}

/** For asCompleted, where asyncio takes those that are done already in the order of a set. */
function once(given: readonly (Future<unknown> | undefined)[]): Future<unknown>[] {
  const there = [...new Set(some(given))];
  if (there.filter((one) => one.done()).length > 1) throw new E1('several are done');
  return there;
}

function state(future: Future<unknown>): unknown {
  if (!future.done()) return ['pending', future.cancelled()];
  if (future.cancelled()) return ['cancelled', future.cancelled()];
  return future.exception() ?? future.result();
}

function raise(error: Error): never {
  throw error;
}
