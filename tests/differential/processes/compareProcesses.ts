// Compares programs with children with CPython's asyncio, in batches, and makes small what differs.

import { fileURLToPath } from 'node:url';
import { run } from '../../../src/asyncio.ts';
import { withOracle } from '../python.ts';
import type { Oracle, Python } from '../python.ts';
import { shrink } from '../shrink.ts';
import { playProcess } from './player.ts';
import { processProgram, smallerPrograms } from './programs.ts';
import type { ProcessProgram } from './programs.ts';

export interface ProcessDifference {
  readonly seed: number;
  readonly backend: string;
  readonly program: ProcessProgram;
  readonly cpython: readonly string[];
  readonly ours: readonly string[];
}

type Backend = 'selector' | 'host';

const BATCH = 50;

/** The seeds whose traces differ on a backend, each with the smallest program that still does. */
export function differentProcesses(
  python: Python,
  backends: readonly Backend[],
  first: number,
  count: number,
): Promise<ProcessDifference[]> {
  return withOracle(python, fileURLToPath(new URL('player.py', import.meta.url)), async (oracle) => {
    const different: ProcessDifference[] = [];
    for (let from = first; from < first + count; from += BATCH) {
      const programs = Array.from({ length: Math.min(BATCH, first + count - from) }, (_, at) =>
        processProgram(from + at),
      );
      const asked = oracle.ask<string[][]>(programs);
      for (const backend of backends) {
        const ours = await play(programs, backend);
        for (const [at, cpython] of (await asked).entries()) {
          if (same([cpython, ours[at]!])) continue;
          different.push({ seed: from + at, backend, ...(await smallest(oracle, backend, programs[at]!)) });
        }
      }
    }
    return different;
  });
}

async function smallest(
  oracle: Oracle,
  backend: Backend,
  program: ProcessProgram,
): Promise<Omit<ProcessDifference, 'seed' | 'backend'>> {
  const both = async (programs: readonly ProcessProgram[]): Promise<[string[], string[]][]> => {
    const asked = oracle.ask<string[][]>(programs);
    const ours = await play(programs, backend);
    return (await asked).map((cpython, at) => [cpython, ours[at]!]);
  };
  const small = await shrink(program, smallerPrograms, async (candidates) =>
    (await both(candidates)).map((traces) => !same(traces)),
  );
  const [[cpython, ours]] = (await both([small])) as [[string[], string[]]];
  return { program: small, cpython, ours };
}

function same([one, other]: readonly [readonly string[], readonly string[]]): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function play(programs: readonly ProcessProgram[], backend: Backend): Promise<string[][]> {
  return run(
    async () => {
      const traces: string[][] = [];
      for (const program of programs) traces.push(await playProcess(program));
      return traces;
    },
    { backend },
  );
}
