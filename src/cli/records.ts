// `asyncio trace FILE` and `asyncio record FILE`: a program runs as by `asyncio run`, and what its tasks do is written to
// a file, all of it or the last seconds.

import process from 'node:process';
import { CommandError } from './commandError.ts';
import { milliseconds, runFile } from './runFile.ts';
import type { RunTool } from './runFile.ts';

const TRACE: RunTool = {
  name: 'trace',
  options: { output: { type: 'string', short: 'o' }, 'no-children': { type: 'boolean' } },
  begin(values, { trace }) {
    const file = text(values['output']);
    begin(file, () => {
      const { file: written } = trace({ file, children: values['no-children'] !== true });
      process.on('exit', () => console.error(`asyncio: traced into ${written}`));
    });
  },
};

const RECORD: RunTool = {
  name: 'record',
  options: {
    output: { type: 'string', short: 'o' },
    last: { type: 'string' },
    hang: { type: 'string' },
    signal: { type: 'string' },
  },
  begin(values, { record }) {
    const file = text(values['output']);
    const { last, hang, signal } = values;
    begin(file, () => {
      record({
        file,
        last: typeof last === 'string' ? milliseconds(last, '--last') : undefined,
        hang: typeof hang === 'string' ? milliseconds(hang, '--hang') : undefined,
        signal: signal === 'none' ? false : (text(signal) as NodeJS.Signals | undefined),
      });
    });
  },
};

export async function traceFile(argv: readonly string[]): Promise<void> {
  await runFile(argv, TRACE);
}

export async function recordFile(argv: readonly string[]): Promise<void> {
  await runFile(argv, RECORD);
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function begin(file: string | undefined, start: () => void): void {
  try {
    start();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ASYNCIO_INVALID_ARGUMENT') throw new CommandError(message);
    throw new CommandError(`cannot write ${file ?? 'into the working directory'}: ${message}`, 1);
  }
}
