// What the load asks for and must find: 1,000 requests at once, of which a third leave in the middle.

import assert from 'node:assert/strict';
import type { Counts } from './work.ts';

const REQUESTS = 1000;
const LEFT = Math.ceil(REQUESTS / 3);

export type Answer = 'right' | 'left' | string;

/** Asks for all of them, and checks how many were answered and how many left. */
export async function askAll(ask: (id: string, leaves: boolean) => Promise<Answer>): Promise<void> {
  const answers = await Promise.all(
    Array.from({ length: REQUESTS }, (_, i) => {
      const leaves = i % 3 === 0;
      return ask(`${leaves ? 'leave' : 'stay'}-${i}`, leaves);
    }),
  );
  assert.equal(answers.filter((answer) => answer === 'left').length, LEFT);
  assert.equal(answers.filter((answer) => answer === 'right').length, REQUESTS - LEFT);
}

/** What the server must have counted in the end. */
export const expectedCounts: Counts = {
  started: REQUESTS,
  answered: REQUESTS - LEFT,
  cancelled: LEFT,
  mixed: 0,
  stayed: 0,
  alive: 0,
};
