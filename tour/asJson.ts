// The tour for machines: one object on one line, times in milliseconds.

import { availableParallelism } from 'node:os';
import { factorOf } from './part.ts';
import type { PartResult } from './part.ts';
import type { Course } from './tour.ts';

export function asJson(course: Course, state: 'done' | 'stopped' | 'failed', database: string): string {
  return JSON.stringify({
    state,
    ...(course.at !== undefined && { at: course.at }),
    node: process.versions.node,
    cores: availableParallelism(),
    database: { path: database, integrity: course.integrity },
    parts: course.results.map(partAsJson),
  });
}

function partAsJson(part: PartResult): Record<string, unknown> {
  if (part.kind === 'demonstration') {
    const { name, title, finding, elapsed, facts } = part;
    return { name, title, finding, milliseconds: elapsed, ...facts };
  }
  const { name, place, amount, inTurn, atOnce, facts } = part;
  return {
    name,
    ...(place !== undefined && { place }),
    amount,
    factor: factorOf(part),
    measured: { inTurn, atOnce },
    ...facts,
  };
}
