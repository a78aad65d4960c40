// How a process is looked at: what callers say, and what is taken where they say nothing.

import type { Duration } from '../../asyncio.ts';
import { toMilliseconds } from '../../lowlevel.ts';

/** How a process is looked at; see {@link attach}. */
export interface AttachOptions {
  /** How long a thread may take to answer before it counts as hung; 1000 milliseconds by default. */
  answerWithin?: Duration;
  /** Whether Node may be asked by SIGUSR1 to open its inspector; true by default. Without, only programs that were
   * started with ASYNCIO_INSPECT=1 or `run(main, { inspect: true })` can be looked at. */
  signal?: boolean;
  /** Whether the processes below it are looked at as well; true by default. */
  children?: boolean;
  /** Whether code may be evaluated in it; false by default. */
  evaluate?: boolean;
}

/** The same with every value there. */
export interface Settings {
  readonly answerWithin: number;
  readonly signal: boolean;
  readonly children: boolean;
  readonly evaluate: boolean;
}

export function settingsOf(options: AttachOptions): Settings {
  return {
    answerWithin: toMilliseconds(options.answerWithin ?? 1000, 'answerWithin'),
    signal: options.signal ?? true,
    children: options.children ?? true,
    evaluate: options.evaluate ?? false,
  };
}
