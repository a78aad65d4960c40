// Every place where the library calls what is not its own. A place is given a function that throws, has it
// called once, and ends when what was set off has ended. What is thrown goes to the loop's exception handler,
// or to whoever asked for the call.

import { setImmediate as nextHostTurn } from 'node:timers/promises';
import {
  any,
  asCompleted,
  CancelScope,
  Condition,
  Context,
  copyContext,
  createTask,
  ensureFuture,
  exceptStar,
  ExceptionGroup,
  failAfter,
  Future,
  gather,
  hedge,
  interruptible,
  LifoQueue,
  Lock,
  moveOnAfter,
  PriorityQueue,
  Queue,
  race,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
  waitFor,
  wrapFuture,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { Deadline } from '../../src/loop/deadline.ts';
import { onDone } from '../../src/core/future/doneCallback.ts';

export interface Stage {
  readonly loop: EventLoop;
  /** Throws. */
  readonly fault: () => never;
  /** Resolves when it has been called. */
  readonly called: Promise<void>;
}

export interface Place {
  readonly name: string;
  readonly goesTo: 'handler' | 'caller';
  attack(stage: Stage): unknown;
}

function handled(name: string, attack: Place['attack']): Place {
  return { name, goesTo: 'handler', attack };
}

function thrownBack(name: string, attack: Place['attack']): Place {
  return { name, goesTo: 'caller', attack };
}

/** A future that is done after two iterations. */
function soon(loop: EventLoop): Future<void> {
  const future = loop.createFuture<void>();
  loop.callSoon(() => void loop.callSoon(() => future.setResult()));
  return future;
}

const callbacks: Place[] = [
  handled('loop.callSoon', async ({ loop, fault }) => {
    loop.callSoon(fault);
    await sleep(0);
  }),
  handled('loop.callSoonIn', async ({ loop, fault }) => {
    loop.callSoonIn(copyContext(), fault);
    await sleep(0);
  }),
  handled('loop.callSoonThreadsafe', async ({ loop, fault }) => {
    loop.callSoonThreadsafe(fault);
    await sleep(0);
  }),
  handled('loop.callLater', async ({ loop, fault }) => {
    loop.callLater(1, fault);
    await sleep(2);
  }),
  handled('loop.callAt, in the past', async ({ loop, fault }) => {
    loop.callAt(0, fault);
    await soon(loop);
  }),
  handled('a callback whose name throws', async ({ loop, fault }) => {
    const nameless = (): void => fault();
    Object.defineProperty(nameless, 'name', {
      get(): never {
        throw new Error('the name was read');
      },
    });
    loop.callSoon(nameless);
    await sleep(0);
  }),
  handled('future.addDoneCallback', async ({ loop, fault }) => {
    const future = loop.createFuture<number>();
    future.addDoneCallback(fault);
    future.setResult(1);
    await soon(loop);
  }),
  handled('future.addDoneCallback, in a context', async ({ loop, fault }) => {
    const future = loop.createFuture<number>();
    future.cancel();
    future.addDoneCallback(fault, { context: new Context() });
    await soon(loop);
  }),
  handled('task.addDoneCallback', async ({ loop, fault }) => {
    createTask(async () => 1).addDoneCallback(fault);
    await soon(loop);
    await sleep(0);
  }),
  handled('a watch of the library itself', async ({ loop, fault }) => {
    const future = loop.createFuture<number>();
    onDone(future, fault);
    future.setResult(1);
    await soon(loop);
  }),
  handled('a deadline of the library itself', async ({ loop, fault }) => {
    void new Deadline(loop, loop.time() + 1, fault);
    await sleep(2);
  }),
  handled('an entry of the ready queue', async ({ loop, fault }) => {
    loop._ready.push({ _run: fault });
    await sleep(0);
  }),
  handled('the order of the ready queue', async ({ loop, fault }) => {
    loop._ready.reorder = () => {
      loop._ready.reorder = undefined;
      fault();
    };
    await Promise.all([sleep(0), sleep(0)]);
  }),
];

const thenables: Record<string, (fault: () => never) => PromiseLike<unknown>> = {
  'a getter of then': (fault) => Object.defineProperty({}, 'then', { get: fault }) as PromiseLike<unknown>,
  'a then': (fault) => ({ then: fault }),
  'a then that has settled': (fault) =>
    // oxlint-disable-next-line unicorn/no-thenable
    ({ then: (_: unknown, fail: (error: unknown) => void) => (attemptFor(fault, fail), fault()) }) as never,
  'the constructor of a promise': (fault) =>
    Object.defineProperty(Promise.resolve(1), 'constructor', { get: fault }),
  'the then of a promise': (fault) => Object.defineProperty(Promise.resolve(1), 'then', { value: fault }),
  'a subclass of Promise': (fault) => {
    class Own<T> extends Promise<T> {
      override then(): never {
        return fault();
      }
    }
    return new Own((resolve) => resolve(1));
  },
  'a proxy of a promise': (fault) => new Proxy(Promise.resolve(1), { get: fault }),
};

function attemptFor(fault: () => never, fail: (error: unknown) => void): void {
  try {
    fault();
  } catch (error) {
    fail(error);
  }
}

const coroutines: Record<string, (fault: () => never) => () => PromiseLike<unknown> | unknown> = {
  'a function that throws': (fault) => fault,
  'an async function that throws': (fault) => async () => fault(),
  'an async function that throws late': (fault) => async () => {
    await sleep(0);
    fault();
  },
  'a promise that fails': (fault) => () => new Promise(fault),
  ...Object.fromEntries(
    Object.entries(thenables).map(([name, make]) => [`${name}, returned`, (fault) => () => make(fault)]),
  ),
};

const runCoroutine: Record<string, (coro: () => unknown, loop: EventLoop) => unknown> = {
  createTask: (coro) => createTask(coro),
  'createTask, eagerly': (coro) => createTask(coro, { eagerStart: true }),
  'loop.createTask': (coro, loop) => loop.createTask(coro),
  ensureFuture: (coro) => ensureFuture(coro),
  gather: (coro) => gather(coro, () => sleep(1)),
  race: (coro) => race([coro, () => sleep(1000)]),
  any: (coro) => any([coro]),
  hedge: (coro) => hedge(coro, { delay: 1, max: 1 }),
  shield: (coro) => shield(coro),
  waitFor: (coro) => waitFor(coro, 1000),
  asCompleted: async (coro) => {
    for await (const future of asCompleted([coro])) future.result();
  },
  'taskGroup, a child': (coro) => taskGroup(async (group) => void group.startSoon(coro)),
  'taskGroup, a starting child': (coro) =>
    taskGroup(async (group) => {
      await group.start(async (status) => {
        await coro();
        status.started(undefined);
      });
    }),
  'taskGroup, the body': (coro) => taskGroup(coro),
  timeout: (coro) => timeout(1000, coro),
  moveOnAfter: (coro) => moveOnAfter(1000, coro),
  failAfter: (coro) => failAfter(1000, coro),
  CancelScope: (coro) => new CancelScope().run(coro),
  'lock.with': (coro) => new Lock().with(coro),
  interruptible: (coro) => interruptible(async () => await coro()),
};

const runPromise: Record<string, (promise: PromiseLike<unknown>) => unknown> = {
  wrapFuture: (promise) => wrapFuture(promise),
  ensureFuture: (promise) => ensureFuture(promise),
  interruptible: (promise) => interruptible(promise),
  'interruptible, of a function': (promise) => interruptible(() => promise),
  gather: (promise) => gather(promise, () => sleep(1)),
  race: (promise) => race([promise as never, () => sleep(1000)]),
  any: (promise) => any([promise as never]),
  shield: (promise) => shield(promise),
  waitFor: (promise) => waitFor(promise, 1000),
  'future.setResult': (promise) => {
    const future = new Future<unknown>();
    future.setResult(promise);
    return future;
  },
};

const outcomes: Place[] = [
  ...Object.entries(coroutines).flatMap(([what, make]) =>
    Object.entries(runCoroutine).map(([how, start]) =>
      thrownBack(`${how}: ${what}`, ({ loop, fault }) => start(make(fault), loop)),
    ),
  ),
  ...Object.entries(thenables).flatMap(([what, make]) =>
    Object.entries(runPromise).map(([how, start]) =>
      thrownBack(`${how}: ${what}`, ({ fault }) => start(make(fault))),
    ),
  ),
];

class Faulty<T> extends Queue<T> {
  fault: (() => never) | undefined;
  override full(): boolean {
    return this.fault === undefined ? super.full() : this.fault();
  }
  override empty(): boolean {
    return this.fault === undefined ? super.empty() : this.fault();
  }
}

/** Calls the fault at the second comparison. */
function comparing(fault: () => never): PriorityQueue<number> {
  const queue = new PriorityQueue<number>(2, {
    compare: (a, b) => (b === 13 || a === 13 ? fault() : a - b),
  });
  queue.putNowait(1);
  return queue;
}

const primitives: Place[] = [
  thrownBack('PriorityQueue: compare, at putNowait', ({ fault }) => comparing(fault).putNowait(13)),
  thrownBack('PriorityQueue: compare, at put', ({ fault }) => comparing(fault).put(13)),
  thrownBack('PriorityQueue: compare, for one who waits to put', async ({ fault }) => {
    const queue = comparing(fault);
    queue.putNowait(2);
    const putter = createTask(() => queue.put(13));
    const next = createTask(() => queue.put(3));
    await sleep(0);
    queue.getNowait();
    await Promise.allSettled([putter, next]);
    next.result();
    await putter;
  }),
  thrownBack('PriorityQueue: valueOf of an item', ({ fault }) => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait(1);
    queue.putNowait({ valueOf: fault });
  }),
  thrownBack('Queue: full of a subclass, for one who waits to put', async ({ fault }) => {
    const queue = new Faulty<number>(1);
    queue.putNowait(1);
    const putter = createTask(() => queue.put(2));
    await sleep(0);
    queue.getNowait();
    queue.fault = () => {
      queue.fault = undefined;
      return fault();
    };
    await putter;
  }),
  thrownBack('LifoQueue: an item that throws is only carried', async ({ fault }) => {
    const queue = new LifoQueue<unknown>();
    queue.putNowait(Object.defineProperty({}, 'then', { get: fault }));
    await queue.get();
  }),
  thrownBack('Condition.waitFor, at once', ({ fault }) => new Condition().waitFor(fault)),
  thrownBack('Condition.waitFor, when notified', async ({ fault }) => {
    const condition = new Condition();
    let asked = 0;
    const waiter = createTask(() => condition.with(() => condition.waitFor(() => asked++ > 0 && fault())));
    await sleep(0);
    await condition.with(() => condition.notifyAll());
    await Promise.allSettled([waiter]);
    if (condition.locked()) throw new Error('the lock is still taken');
    await waiter;
  }),
  thrownBack('sleep: the total of a duration', ({ fault }) => sleep({ total: fault })),
  thrownBack('timeout: the total of a duration', ({ fault }) => timeout({ total: fault }, () => {})),
  thrownBack('the name of a task', ({ fault }) =>
    createTask(async () => 1, { name: { toString: fault } as never }),
  ),
  thrownBack('task.setName', async ({ fault }) => {
    const task = createTask(async () => 1);
    await task;
    task.setName({ toString: fault } as never);
  }),
  thrownBack('an executor', ({ fault }) => new Future(fault)),
  thrownBack('future.then', ({ fault }) => sleep(0).then(fault)),
  thrownBack('context.run', ({ fault }) => new Context().run(fault)),
  thrownBack('ExceptionGroup.split', ({ fault }) => new ExceptionGroup('two', [1, 2]).split(fault)),
  thrownBack('exceptStar', ({ fault }) => exceptStar(new Error('one'), Error, fault)),
  thrownBack('an iterable of awaitables', ({ fault }) =>
    gather({ [Symbol.iterator]: fault } as unknown as []),
  ),
  thrownBack('wait: an iterable of futures', ({ fault }) => wait({ [Symbol.iterator]: fault })),
  thrownBack('task.printStack', async ({ fault }) => {
    const task = createTask(async () => 1);
    await task;
    task.printStack({ write: fault });
  }),
];

const loopParts: Place[] = [
  thrownBack('the task factory', async ({ loop, fault }) => {
    loop.setTaskFactory(fault);
    try {
      await taskGroup(async (group) => void group.startSoon(async () => 1));
    } finally {
      loop.setTaskFactory(undefined);
    }
  }),
  handled('a handler of a port for threads', async ({ loop, fault }) => {
    const told = loop.createFuture<void>();
    const port = loop.threadsafePort({
      tell: (): void => {
        told.setResult();
        fault();
      },
    });
    port.postMessage({ name: 'tell', args: [] });
    await told;
    port.close();
    await nextHostTurn();
  }),
  handled('the handlers of a port for threads', async ({ loop, fault }) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const handlers = Object.defineProperty({}, 'tell', {
      get(): never {
        resolve();
        return fault();
      },
    });
    const port = loop.threadsafePort(handlers);
    port.postMessage({ name: 'tell', args: [] });
    await interruptible(promise);
    port.close();
    await nextHostTurn();
  }),
];

export const places: readonly Place[] = [...callbacks, ...outcomes, ...primitives, ...loopParts];
