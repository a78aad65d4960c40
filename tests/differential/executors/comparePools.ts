// Compares programs with a pool with CPython's asyncio, and makes small what differs.

import { fileURLToPath } from 'node:url';
import { run } from '../../../src/asyncio.ts';
import { withOracle } from '../python.ts';
import type { Python } from '../python.ts';
import { shrink } from '../shrink.ts';
import { playPool } from './player.ts';
import { poolProgram, smallerPrograms } from './programs.ts';
import type { PoolProgram } from './programs.ts';

export interface PoolDifference {
  readonly seed: number;
  readonly program: PoolProgram;
  readonly cpython: readonly string[];
  readonly ours: readonly string[];
}

/** The seeds whose traces differ, each with the smallest program that still does. */
export function differentPools(python: Python, first: number, count: number): Promise<PoolDifference[]> {
  return withOracle(python, fileURLToPath(new URL('player.py', import.meta.url)), async (oracle) => {
    const both = async (programs: readonly PoolProgram[]): Promise<[string[], string[]][]> => {
      const asked = oracle.ask<string[][]>(programs);
      const ours = await play(programs);
      return (await asked).map((cpython, at) => [cpython, ours[at]!]);
    };
    const different: PoolDifference[] = [];
    const programs = Array.from({ length: count }, (_, at) => poolProgram(first + at));
    for (const [at, traces] of (await both(programs)).entries()) {
      if (same(traces)) continue;
      const program = await shrink(programs[at]!, smallerPrograms, async (candidates) =>
        (await both(candidates)).map((each) => !same(each)),
      );
      const [[cpython, ours]] = (await both([program])) as [[string[], string[]]];
      different.push({ seed: first + at, program, cpython, ours });
    }
    return different;
  });
}

function same([one, other]: readonly [readonly string[], readonly string[]]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function play(programs: readonly PoolProgram[]): Promise<string[][]> {
  return run(async () => {
    const traces: string[][] = [];
    for (const program of programs) traces.push(await playPool(program));
    return traces;
  });
}
