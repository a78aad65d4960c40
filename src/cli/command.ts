// The subcommands of `asyncio`.

import { existsSync } from 'node:fs';
import { CommandError } from './commandError.ts';
import { doctor } from './doctor.ts';
import { helpText } from './help.ts';
import { recordFile, traceFile } from './records.ts';
import { runFile } from './runFile.ts';
import { asksForProcess, traceLive } from './traceProcess.ts';
import { packageVersion } from './version.ts';

/** What the arguments ask for. */
export async function command(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  switch (name) {
    case 'run':
      return await runFile(rest);
    case 'trace':
      if (asksForProcess(rest)) return await traceLive(rest);
      return await traceFile(rest);
    case 'record':
      return await recordFile(rest);
    case 'doctor':
      return await doctor(rest);
    case 'top':
      return await (await import('./top/top.ts')).top(rest);
    case 'dash':
      return await (await import('./dash/dash.ts')).dash(rest);
    case 'repl':
      return await (await import('./repl/repl.ts')).repl(rest);
    case 'ps':
    case 'pstree':
      return await (await import('./look/lookCommand.ts')).look(name, rest);
    case undefined:
    case 'help':
    case '-h':
    case '--help':
      console.log(helpText(rest[0]));
      return;
    case '-V':
    case '--version':
      console.log(await packageVersion());
      return;
    default:
      throw new CommandError(unknown(name));
  }
}

function unknown(name: string): string {
  if (name.startsWith('-')) return `unknown option ${name}`;
  const meant = existsSync(name) ? `; did you mean asyncio run ${name}?` : '';
  return `unknown command "${name}"${meant}`;
}
