// Bad arguments to everything that can be called. Each round is a program in which other tasks go on; what is
// called with a wrong value must say so with an error of the library, a TypeError or a RangeError, or do
// without; it must end when it is cancelled, and leave nothing behind.

import * as asyncio from '../../src/asyncio.ts';
import type { BackendName, EventLoop } from '../../src/asyncio.ts';
import * as lowlevel from '../../src/lowlevel.ts';
import * as selectors from '../../src/selectors/selectors.ts';
import * as testing from '../../src/testing/testing.ts';
import type { Random } from '../../src/testing/random.ts';
import { declaredCalls } from './declared.ts';
import type { Call } from './declared.ts';
import { Hostile, right, wrong } from './hostile.ts';
import { receiverOf } from './receivers.ts';
import { moving, startOthers } from './strike.ts';

const CALLS = 25;
/** Milliseconds that a call has before it is cancelled. */
const PATIENCE = 3;

/** What would end, or speak for, the program itself; and what the tear-down of the suite stands on. A selector's wait
 * stops the thread, as it is meant to. */
const LEFT_OUT =
  /^(openStd|StandardInput|captureReports|CapturedReports|expectReport|leakGuard|LeakGuard|runTest|run$|observeLoops|setReporter|host(Turn|Timer)|HostClock\.setAlarm|Socket\.detach|\w*Selector\.select$|EventLoop\.(connectReadPipe|connectWritePipe|getaddrinfo|getnameinfo|shutdownDefault))/;

const nameOf = ({ name, member }: Call): string => (member === '' ? name : `${name}.${member}`);

const calls: readonly Call[] = [
  ...declaredCalls('asyncio.ts'),
  ...declaredCalls('lowlevel.ts'),
  ...declaredCalls('testing/testing.ts'),
  ...declaredCalls('selectors/selectors.ts'),
].filter((call) => !LEFT_OUT.test(nameOf(call)) && call.kind !== 'getter');

/** One round. @throws Error with what went wrong, and the calls that led there */
export async function badArguments(random: Random, backend: BackendName): Promise<string> {
  const log: string[] = [];
  const loop = asyncio.newEventLoop({ backend, debug: random.oneIn(4) });
  const broken: string[] = [];
  loop.setExceptionHandler((_, { message, exception }) => {
    if (message.startsWith('Exception in the event loop')) broken.push(`${message}: ${String(exception)}`);
  });
  const main = async (): Promise<void> => {
    const others = startOthers();
    for (let i = 0; i < CALLS; i++) {
      const call = random.pick(calls);
      log.push(nameOf(call));
      await attack(call, random.fork(), loop, log);
      if (broken.length > 0) throw new Error(broken.join('; '));
    }
    await others.goOn();
  };
  try {
    await moving(asyncio.run(main, { loop, handleSignals: false }), 'bad arguments');
    return log.join('\n');
  } catch (error) {
    throw new Error(`after these calls, the last of them first:\n  ${log.toReversed().join('\n  ')}`, {
      cause: error,
    });
  }
}

async function attack(call: Call, random: Random, loop: EventLoop, log: string[]): Promise<void> {
  const receiver =
    call.kind === 'method' || call.kind === 'setter'
      ? await receiverOf(call.name, call.member, loop)
      : undefined;
  const owned: unknown[] = [];
  const given = (type: string): unknown => (/^(Loop|EventLoop)\b/.test(type) ? loop : undefined);
  const bad = call.parameters.length === 0 ? -1 : random.int(call.parameters.length);
  const args = call.parameters.map((parameter, at) => {
    const value = at === bad ? wrong(random, parameter) : right(random, parameter, given);
    owned.push(value);
    return value;
  });
  log[log.length - 1] += `(${args.map(show).join(', ')})`;
  const task = asyncio.createTask(async () => {
    const result = await invoke(call, receiver?.object, args);
    // What is only shown belongs to its owner.
    if (call.member !== 'getLoop') owned.push(result.value);
  });
  try {
    await finish(task);
    if (!task.cancelled()) judge(task.exception(), args);
  } finally {
    for (const value of owned) await dispose(value);
    await receiver?.end?.();
  }
}

/** The result in an object, for what is called may return a promise of nothing. */
async function invoke(call: Call, receiver: unknown, args: unknown[]): Promise<{ value: unknown }> {
  const module = { ...lowlevel, ...testing, ...selectors, ...asyncio } as unknown as Record<
    string,
    unknown
  >;
  const target = module[call.name] as (...args: unknown[]) => unknown;
  if (call.kind === 'function') return { value: await target(...args) };
  if (call.kind === 'constructor') return { value: Reflect.construct(target, args) };
  const holder = (call.kind === 'static' ? target : receiver) as Record<string, unknown>;
  if (call.kind === 'setter') return { value: Reflect.set(holder, call.member, args[0], holder) };
  const method = holder[call.member] as (...args: unknown[]) => unknown;
  const result = method.apply(holder, args);
  // A promise of the engine's: a cancel does not reach it, and nobody is to be told that it fails.
  if (call.member === 'then' || call.member === 'finally') {
    void Promise.allSettled([result]);
    return { value: undefined };
  }
  return { value: await result };
}

async function finish(task: asyncio.Task): Promise<void> {
  await asyncio.wait([task], { timeout: PATIENCE });
  if (task.done()) return;
  task.cancel();
  await asyncio.wait([task], { timeout: 2000 });
  if (!task.done()) throw new Error('the call does not end when it is cancelled');
}

function judge(error: unknown, args: readonly unknown[]): void {
  if (error === undefined || isFair(error) || holds(args, error)) return;
  throw new Error('an error that nobody can tell apart', { cause: error });
}

function isFair(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every((one) => isFair(one));
  return (
    error instanceof Hostile ||
    error instanceof TypeError ||
    error instanceof RangeError ||
    error instanceof asyncio.AsyncioError ||
    error instanceof asyncio.CancelledError ||
    (error instanceof Error && String((error as { code?: unknown }).code).startsWith('ERR_'))
  );
}

/** The error is one of the arguments, or in one of them, and was only handed on. */
function holds(args: readonly unknown[], error: unknown): boolean {
  return args.some(
    (arg) => Object.is(arg, error) || (arg instanceof Error && !(error instanceof ReferenceError)),
  );
}

const ENDINGS = ['abort', 'close', 'cancel', Symbol.dispose] as const;

/** Ends what a call has made, if it is that, and not a hostile value. */
async function dispose(value: unknown): Promise<void> {
  try {
    await end(value);
  } catch {
    // It cannot be ended so.
  }
}

async function end(value: unknown): Promise<void> {
  if (Array.isArray(value)) {
    for (const one of value) await dispose(one);
    return;
  }
  if (typeof value !== 'object' || value === null || value === globalThis) return;
  if (value instanceof asyncio.EventLoop && value.isRunning()) return;
  for (const ending of ENDINGS) {
    const method = (value as Record<PropertyKey, unknown>)[ending];
    if (typeof method !== 'function') continue;
    await method.call(value);
    return;
  }
  await (value as Partial<AsyncDisposable>)[Symbol.asyncDispose]?.();
}

function show(value: unknown): string {
  try {
    const text =
      typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
    return text.slice(0, 60);
  } catch {
    return `a hostile ${typeof value}`;
  }
}
