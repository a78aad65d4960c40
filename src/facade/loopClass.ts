// Which class `run` makes its loops of.
//
// 1. The network's half of an EventLoop reaches all of the network, and a bundler that makes one file of everything
//    puts all that into it. So `run` itself needs the bare loop only, and makes it in a program that has no name for
//    more: nothing is missing there.
// 2. What gives a program an EventLoop (`getRunningLoop`, `newEventLoop`, the class, a `Runner`) comes with
//    eventLoop.ts, which says so here when it is loaded. So wherever EventLoop can be named, a loop of `run` is one.
// 3. A file of a program that is loaded later than its loop was made may be the first to name it: `asFullLoop` makes
//    an EventLoop of a bare loop. For that an EventLoop has no fields of its own.

import { Loop } from '../loop/loop.ts';
import type { LoopOptions } from '../loop/loop.ts';

// The one variable of this thread: what classes there are does not depend on a run.
let loopClass: typeof Loop = Loop;

export function setLoopClass(full: typeof Loop): void {
  loopClass = full;
}

/** A loop for {@link run}. */
export function makeLoop(options: LoopOptions): Loop {
  return new loopClass(options);
}

/** `loop` itself, which is one of the full class afterwards. */
export function asFullLoop(loop: Loop): Loop {
  return loop instanceof loopClass ? loop : (Object.setPrototypeOf(loop, loopClass.prototype) as Loop);
}
