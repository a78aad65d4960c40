// The connection to one who looks, as what is asked over it needs it.

import type { Answer, Told } from './protocol.ts';

export interface Audience {
  /** Nobody is there any more. */
  readonly gone: boolean;
  /** What was sent has not been taken: what can be left out is left out. */
  readonly slow: boolean;
  send(message: Answer | Told): void;
  /** Resolves when what was sent has been taken, or nobody is there. */
  whenTaken(): Promise<void>;
  /** Ends the connection at once: what was asked for can't be given. */
  drop(): void;
}

/** What is asked with. */
export type Params = Readonly<Record<string, unknown>>;

/** Whether somebody with this key may evaluate. */
export type MayEvaluate = (key: unknown) => boolean;
