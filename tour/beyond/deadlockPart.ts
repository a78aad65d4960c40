// A deadlock says who waits for whom: the report of a program that hangs, as `run` makes it.

import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { interruptible } from '../../src/asyncio.ts';
import type { Demonstration } from '../part.ts';
import type { Tools } from '../tools.ts';

const program = fileURLToPath(new URL('deadlockProgram.ts', import.meta.url));

export async function deadlockPart({ progress }: Tools): Promise<Demonstration> {
  const began = performance.now();
  progress.begin('deadlock', () => ({ done: 2, total: undefined, unit: 'task' }));
  const { stdout } = await interruptible((signal) =>
    promisify(execFile)(process.execPath, [...process.execArgv, program], { signal }),
  );
  const report = stdout.trimEnd().split('\n');
  const cycle = report.find((line) => /^\s*\S+( → \S+){2,}$/.test(line))?.trim();
  const finding = cycle ?? 'it was not found';
  progress.end('done', [finding]);
  return {
    kind: 'demonstration',
    name: 'deadlock',
    title: 'a deadlock says who waits',
    finding,
    report: report.filter((line) => / {2}waits for Lock /.test(line)).map((line) => line.trim()),
    elapsed: performance.now() - began,
    details: [
      'Two tasks took two locks in different orders. Plain promises would hang, or the process end with exit code 13 ' +
        'and no word. run threw a DeadlockError (tour/beyond/deadlockProgram.ts):',
      ...report.map((line) => `  ${line}`),
    ],
    facts: { report: stdout.trimEnd() },
  };
}
