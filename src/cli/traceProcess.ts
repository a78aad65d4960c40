// `asyncio trace PID`: what the tasks of a live program do, written until Ctrl-C.

import process from 'node:process';
import { InterruptedError, moveOnAfter, run } from '../asyncio.ts';
import { attach, traceProcess } from '../inspect/inspect.ts';
import { CommandError } from './commandError.ts';
import { readArguments } from './readArguments.ts';
import { lookFailure } from './runLooking.ts';

/** Whether the arguments ask for a live process, and not for a file to be run. */
export const asksForProcess = ([first = '']: readonly string[]): boolean => /^\d+$/.test(first);

export async function traceLive(argv: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: { output: { type: 'string', short: 'o' }, for: { type: 'string' } },
  });
  const [target = '', ...more] = positionals;
  if (more.length > 0) throw new CommandError(`too much: ${JSON.stringify(more[0])}`);
  const seconds = values.for === undefined ? Infinity : Number(values.for);
  if (!(seconds > 0)) throw new CommandError(`--for takes seconds, not ${JSON.stringify(values.for)}`);
  const file = values.output ?? `asyncio-trace-${target}.json`;
  try {
    await run(() => traceInto(target, file, seconds * 1000), { backend: 'host' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall !== undefined)
      throw new CommandError(`cannot write ${file}: ${(error as Error).message}`, 1);
    // Ctrl-C is how it is meant to end.
    if (!(error instanceof InterruptedError)) throw lookFailure(error);
  }
  console.error(`asyncio: traced into ${file}`);
}

async function traceInto(target: string, file: string, time: number): Promise<void> {
  const program = await attach(target);
  try {
    process.stderr.write('asyncio: traces until Ctrl-C\n');
    await moveOnAfter(time, async () => void (await traceProcess(program, { file })));
  } finally {
    program.close();
  }
}
