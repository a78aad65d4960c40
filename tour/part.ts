// What a part of the tour has to tell, for the last screen, the details and the JSON alike.

import { collectGarbage } from './garbage.ts';
import { withLoopDelay } from './loopDelay.ts';
import type { LoopDelay } from './loopDelay.ts';
import { measure } from './measure.ts';
import type { Measured } from './measure.ts';
import type { PartName } from './arguments.ts';

/** The two ways of doing one thing, and how they are called on the screen. */
export const ways = { inTurn: 'in turn', atOnce: 'at once' } as const;
export type Way = keyof typeof ways;

export interface MeasuredWay extends Measured {
  readonly delay: LoopDelay;
}

/** A part that did the same work in both ways. */
export interface Comparison {
  readonly kind: 'comparison';
  readonly name: PartName;
  /** Which of several rows of a part this is, where there is room for little: `threads`. */
  readonly place?: string;
  /** What was done, as `24 pages, 10 at once`. */
  readonly amount: string;
  readonly inTurn: MeasuredWay;
  readonly atOnce: MeasuredWay;
  /** Paragraphs for who wants the details. */
  readonly details: readonly string[];
  /** More for the JSON. */
  readonly facts: Readonly<Record<string, unknown>>;
}

/** A part that showed something. */
export interface Demonstration {
  readonly kind: 'demonstration';
  readonly name: PartName;
  /** What it showed, as one failure stops its group. */
  readonly title: string;
  /** What happened, in figures. */
  readonly finding: string;
  /** Lines of a report, to be shown below the finding. */
  readonly report?: readonly string[];
  readonly elapsed: number;
  readonly details: readonly string[];
  readonly facts: Readonly<Record<string, unknown>>;
}

export type PartResult = Comparison | Demonstration;

/** Measures one way of doing a part. */
export async function measureWay(body: () => Promise<void>): Promise<MeasuredWay> {
  collectGarbage();
  const stop = measure();
  const [, delay] = await withLoopDelay(body);
  return { ...stop(), delay };
}

/** How many times as fast the second way was. */
export function factorOf({ inTurn, atOnce }: Comparison): number {
  return inTurn.elapsed / atOnce.elapsed;
}
