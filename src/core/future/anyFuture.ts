// A future as the files of this folder see it. The class stands above them (future.ts), so that each can be read
// and imported without it.

import type { Loop } from '../../loop/loop.ts';
import type { Runnable } from '../../loop/runnable.ts';
import type { Waited } from '../cancel/frame.ts';
import type { Ending } from './futureState.ts';

export interface AnyFuture extends Waited, Runnable {
  /** Result, error or cause of the cancel. @internal */ _value: unknown;
  /** What settles the native promise, until it is settled. @internal */
  _resolve: ((value: unknown) => void) | undefined;
  /** What runs when it is done, besides the native promise alone. @internal */
  _callbacks: Runnable | Runnable[] | undefined;
  /** @internal */ readonly _loop: Loop;
  /** False for a task, whose native promise serves plain `then` only. @internal */
  readonly _sharesNative: boolean;
  /** The native promise: the future itself, or one that a task makes when it is needed. @internal */
  _native(): Promise<unknown>;
  /** It ends: the state changes, and those who wait get their turns. @internal */
  _finish(ending: Ending): void;
  /** A task's name, as messages show it. @internal */
  readonly shownName?: string;
}
