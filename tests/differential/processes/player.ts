// Plays programs with a child here; player.py does so with asyncio.

import {
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  DEVNULL,
  IncompleteReadError,
  InvalidArgumentError,
  isCancelled,
  PIPE,
  sleep,
  STDOUT,
} from '../../../src/asyncio.ts';
import type { Process, ProcessOptions } from '../../../src/asyncio.ts';
import type { ProcessProgram } from './programs.ts';

const WHERE = { pipe: PIPE, devnull: DEVNULL, stdout: STDOUT } as const;

/** Plays a program on the running loop, and returns its trace. */
export async function playProcess(program: ProcessProgram): Promise<string[]> {
  let process: Process;
  try {
    process = await start(program);
  } catch (error) {
    return [`start: ${nameOf(error)}`];
  }
  const trace: string[] = [];
  for (const one of program.steps) {
    const at = one.indexOf(':');
    const [word, arg] = at < 0 ? [one, undefined] : [one.slice(0, at), one.slice(at + 1)];
    try {
      await step(process, word, arg, trace);
    } catch (error) {
      trace.push(`${word}: ${nameOf(error)}`);
    }
  }
  return trace;
}

async function start(program: ProcessProgram): Promise<Process> {
  const options: ProcessOptions = {
    stdin: WHERE[program.stdin],
    stdout: WHERE[program.stdout],
    stderr: WHERE[program.stderr],
    ...(program.cwd === null ? {} : { cwd: program.cwd }),
    ...(program.env === null ? {} : { env: program.env }),
  };
  if (program.shell) return await createSubprocessShell(program.script, options);
  const args = program.args.length > 0 ? program.args : ['-c', program.script];
  return await createSubprocessExec(program.file, ...args, options);
}

async function step(
  process: Process,
  word: string,
  arg: string | undefined,
  trace: string[],
): Promise<void> {
  const { stdin, stdout, stderr } = process;
  if (word === 'write') stdin!.write(Buffer.from(arg!));
  else if (word === 'close') stdin!.close();
  else if (word === 'line') trace.push(`line=${spell(await stdout!.readline())}`);
  else if (word === 'exactly') trace.push(`exactly=${spell(await stdout!.readExactly(Number(arg)))}`);
  else if (word === 'read') trace.push(`read=${spell(await stdout!.read())}`);
  else if (word === 'errors') trace.push(`errors=${spell(await stderr!.read())}`);
  else if (word === 'communicate') {
    const [out, err] = await process.communicate(arg === undefined ? undefined : Buffer.from(arg));
    trace.push(`out=${spell(out)} err=${spell(err)} code=${code(process)}`);
  } else if (word === 'signal') {
    trace.push(`code=${code(process)}`);
    process.sendSignal(Number(arg));
  } else if (word === 'wait')
    trace.push(`wait=${await process.wait()} ${await process.wait()} code=${code(process)}`);
  else if (word === 'cancelled') {
    const [what, turns] = arg!.split(':');
    const task = createTask<unknown>(() => (what === 'line' ? stdout!.readline() : process.wait()));
    for (let turn = 0; turn < Number(turns); turn++) await sleep(0);
    task.cancel();
    try {
      trace.push(`${what}: ${String(await task)}`);
    } catch (error) {
      if (!isCancelled(error)) throw error;
      trace.push(`${what}: cancelled`);
    }
  }
}

/** Python's None, where nothing is known yet. */
function code(process: Process): string {
  return String(process.returncode ?? 'None');
}

function spell(data: Buffer | undefined): string {
  if (data === undefined) return '-';
  return data.length < 100 ? data.toString('latin1') : `${data.length}:${data.toString('latin1', 0, 5)}`;
}

function nameOf(error: unknown): string {
  if (isCancelled(error)) return 'cancelled';
  if (error instanceof IncompleteReadError)
    return `incomplete(${spell(error.partial)},${error.expected ?? 'None'})`;
  if (error instanceof InvalidArgumentError) return 'value';
  return String((error as { code?: unknown }).code ?? error);
}
