// Random programs of opening, reading, writing and seeking, here and under Python: every step gives the same, and the file
// has the same bytes in the end. A failure prints the program and its seed.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import '../../harness.ts';
import { run } from '../../../src/asyncio.ts';
import { Random } from '../../../src/testing/testing.ts';
import { askPython } from '../../differential/askPython.ts';
import { findPython } from '../../differential/python.ts';
import { drawProgram } from './programs.ts';
import { runHere } from './subject.ts';

const python = findPython();
const oracle = join(import.meta.dirname, 'oracle.py');
const count = Number(process.env['FILES_PROGRAMS'] ?? 400);
const base = Number(process.env['FILES_SEED'] ?? 1);

test(
  'open: random programs read, write and seek as under Python, in all modes, encodings, handlers and line ends',
  { skip: python === undefined && 'there is no Python: install python3' },
  async () => {
    const programs = Array.from({ length: count }, (_, index) => drawProgram(new Random(base + index)));
    const lines = askPython(python, oracle, programs);
    const folder = mkdtempSync(join(tmpdir(), 'asyncio-ts-'));
    try {
      await run(async () => {
        for (const [index, program] of programs.entries()) {
          const here = await runHere(program, join(folder, 'file'));
          const message = `seed ${base + index}: ${JSON.stringify(program)}`;
          assert.deepEqual(here, JSON.parse(lines[index] as string), message);
        }
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
