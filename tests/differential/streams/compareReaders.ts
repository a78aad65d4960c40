// Compares programs over one StreamReader with CPython's, in batches, and makes small what differs.

import { fileURLToPath } from 'node:url';
import { run } from '../../../src/asyncio.ts';
import { Oracle } from '../python.ts';
import type { Python } from '../python.ts';
import { shrink } from '../shrink.ts';
import { comparable, playReader, readerProgram, smallerPrograms } from './reader.ts';
import type { ReaderProgram } from './reader.ts';

export interface ReaderDifference {
  readonly seed: number;
  readonly program: ReaderProgram;
  readonly cpython: string;
  readonly ours: string;
}

const BATCH = 500;

/** The seeds whose traces differ, each with the smallest program that still does. */
export async function differentReaders(
  python: Python,
  first: number,
  count: number,
): Promise<ReaderDifference[]> {
  const oracle = new Oracle(python, fileURLToPath(new URL('reader.py', import.meta.url)));
  const different: ReaderDifference[] = [];
  try {
    for (let from = first; from < first + count; from += BATCH) {
      const size = Math.min(BATCH, first + count - from);
      const programs = Array.from({ length: size }, (_, at) =>
        readerProgram(from + at, python.minor >= 13),
      );
      for (const [at, [cpython, ours]] of (await traces(oracle, programs)).entries()) {
        if (cpython === ours) continue;
        const program = await shrink(programs[at] as ReaderProgram, smallerPrograms, async (candidates) =>
          (await traces(oracle, candidates)).map(([theirs, mine]) => theirs !== mine),
        );
        const [[theirs, mine]] = (await traces(oracle, [program])) as [[string, string]];
        different.push({ seed: from + at, program, cpython: theirs, ours: mine });
      }
    }
  } finally {
    await oracle.close();
  }
  return different;
}

async function traces(
  oracle: Oracle,
  programs: readonly ReaderProgram[],
): Promise<[cpython: string, ours: string][]> {
  const asked = oracle.ask<string[][]>(programs);
  const ours: string[][] = [];
  await run(async () => {
    for (const program of programs) ours.push(await playReader(program));
  });
  return (await asked).map((trace, at) => [comparable(trace), comparable(ours[at] as string[])]);
}
