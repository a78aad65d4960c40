// `asyncio trace PID`: what the tasks of a live program do, written until Ctrl-C.

import process from 'node:process';
import { moveOnAfter } from '../asyncio.ts';
import { attach, traceProcess } from '../inspect/inspect.ts';
import { CommandError } from './commandError.ts';
import { helpText } from './help.ts';
import { readArguments } from './readArguments.ts';
import { untilLeft } from './runLooking.ts';

export async function traceLive(argv: readonly string[]): Promise<void> {
  const { values, positionals } = readArguments({
    args: [...argv],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      for: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help === true) {
    console.log(helpText('trace'));
    return;
  }
  const [target = '', ...more] = positionals;
  if (more.length > 0) throw new CommandError(`too much: ${JSON.stringify(more[0])}`);
  const seconds = values.for === undefined ? Infinity : Number(values.for);
  if (!(seconds > 0)) throw new CommandError(`--for takes seconds, not ${JSON.stringify(values.for)}`);
  const file = values.output ?? `asyncio-trace-${target}.json`;
  let begun = false;
  try {
    // Ctrl-C is how it is meant to end.
    const code = await untilLeft(() => traceInto(target, file, seconds * 1000, () => (begun = true)));
    if (code !== undefined && !begun) process.exit(code);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new CommandError(`cannot write ${file}: ${(error as Error).message}`, 1);
  }
  console.error(`asyncio: traced into ${file}`);
}

async function traceInto(target: string, file: string, time: number, begins: () => void): Promise<void> {
  const program = await attach(target);
  try {
    begins();
    const until = Number.isFinite(time) ? `for ${time / 1000} s, or ` : '';
    process.stderr.write(`asyncio: traces ${until}until Ctrl-C\n`);
    await moveOnAfter(time, async () => void (await traceProcess(program, { file })));
  } finally {
    program.close();
  }
}
