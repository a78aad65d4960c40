// Sleeps, and waits at a lock, an event, a queue, that the program has begun and never awaited: told in debug mode, where
// they were begun. Loaded with debug mode, and handed what others import too.
//
// 1. It is told when the future is collected, or when its loop closes: until then somebody may still come.
// 2. Whoever reads `constructor` comes, as an await, `then` and Promise.all do, and whoever adds a callback, or
//    cancels. What sees them stands on the future itself until the first of them happens, so nothing changes for those
//    that were awaited at once, and for programs without debug mode.
// 3. What was free at once is no wait, but a promise that has its result already: nobody knows who looks at that.

import type { creationPlace } from '../../loop/creation.ts';
import type { Engine } from '../../loop/engine.ts';
import { userLines } from '../../loop/stackLines.ts';
import type { report } from '../../sys/host/report.ts';
import type { AnyFuture } from './anyFuture.ts';
import type { Blocker } from './blocker.ts';
import type { Cause } from '../cancel/frame.ts';
import type {
  CANCELLED as Cancelled,
  HEARD as Heard,
  NATIVE as Native,
  PLAIN as Plain,
  STATE as State,
} from './futureState.ts';

const STATE: typeof State = 3;
const CANCELLED: typeof Cancelled = 3;
const NATIVE: typeof Native = 4;
const PLAIN: typeof Plain = 128;
const HEARD: typeof Heard = 4096;

const MOST_REPORTS = 20;
const MOST_LINES = 4;

export interface NeverAwaitedSubject {
  readonly report: typeof report;
  readonly creationPlace: typeof creationPlace;
  /** Runs it outside of everything, when what is ready has run. */
  readonly later: (callback: () => void) => void;
}

/** A future that nobody has awaited so far. It must not lead back to it, or it would not be collected. */
interface Lonely {
  readonly loop: WeakRef<Engine>;
  /** What the program called. */
  readonly call: string;
  readonly stack: string | undefined;
}

let subject: NeverAwaitedSubject;
let fresh: AnyFuture[] = [];
const lonely: Set<Lonely> = new Set();
const byFuture: WeakMap<AnyFuture, Lonely> = new WeakMap();
const heard: WeakSet<AnyFuture> = new WeakSet();
const collected: FinalizationRegistry<Lonely> = new FinalizationRegistry(tell);
const told: Set<string> = new Set();

/** Watches a future that was just made, should it be one that makes sense to who awaits it only.
 * @returns what is to be called with each new one */
export function watchAwaits(tools: NeverAwaitedSubject): (made: object) => void {
  subject = tools;
  return (made) => {
    const future = made as AnyFuture;
    // A sleep, and one that is parked: their classes are the core's.
    if (!('_prompt' in future || 'asleep' in future) || !future._loop.getDebug()) return;
    Object.defineProperty(future, '_callbacks', untilHeard);
    if (fresh.push(future) === 1) subject.later(sift);
  };
}

/** Tells of those of a loop that is about to be closed. */
export function tellNeverAwaited(loop: Engine): void {
  sift();
  for (const each of [...lonely]) if (each.loop.deref() === loop) tell(each);
}

// A callback leaves no trace when it has run.
const untilHeard = {
  configurable: true,
  get: () => undefined,
  set(this: AnyFuture, value: AnyFuture['_callbacks']): void {
    Object.defineProperty(this, '_callbacks', { enumerable: true, writable: true, value });
    heard.add(this);
    seen(this);
  },
};

const untilSeen = {
  constructor: {
    configurable: true,
    get(this: AnyFuture): unknown {
      seen(this);
      return this.constructor;
    },
  },
  _cancelFor: {
    configurable: true,
    value(this: AnyFuture, cause: Cause): boolean {
      seen(this);
      return this._cancelFor(cause);
    },
  },
};

function seen(future: AnyFuture): void {
  const mine = byFuture.get(future);
  if (mine === undefined) return;
  lonely.delete(mine);
  collected.unregister(mine);
  byFuture.delete(future);
  Reflect.deleteProperty(future, 'constructor');
  Reflect.deleteProperty(future, '_cancelFor');
}

// Most have been awaited by now, and have cost next to nothing. Of the others the stack is written out, which costs:
// until then it holds the objects whose methods were on it, and so the future.
function sift(): void {
  const now = fresh;
  fresh = [];
  for (const future of now) {
    const flags = future._flags;
    if ((flags & (NATIVE | PLAIN | HEARD)) !== 0 || (flags & STATE) === CANCELLED || heard.has(future))
      continue;
    const mine: Lonely = {
      loop: new WeakRef(future._loop),
      call: (future as { blocker?: Blocker }).blocker?.kind ?? 'sleep',
      stack: subject.creationPlace.get(future)?.stack,
    };
    lonely.add(mine);
    byFuture.set(future, mine);
    collected.register(future, mine, mine);
    Object.defineProperties(future, untilSeen);
  }
}

function tell(mine: Lonely): void {
  if (!lonely.delete(mine)) return;
  collected.unregister(mine);
  const { call, stack } = mine;
  const lines = stack === undefined ? [] : userLines(stack).slice(0, MOST_LINES);
  // A place is told once, and what has none is the library's.
  if (lines.length === 0 || told.has(lines[0] as string) || told.size === MOST_REPORTS) return;
  told.add(lines[0] as string);
  subject.report('warning', () =>
    [
      `${call} was called, and what it returned was never awaited:`,
      ...lines.map((line) => `    ${line}`),
      '  Was an await forgotten?',
    ].join('\n'),
  );
}
