// The subcommands of `asyncio`. Each is loaded when it is asked for: help and a wrong word need nothing of the library.

import { existsSync } from 'node:fs';
import { CommandError } from './commandError.ts';
import { helpText } from './help.ts';
import { packageVersion } from './version.ts';

/** What the arguments ask for. */
export async function command(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  switch (name) {
    case 'run':
      return await (await import('./runFile.ts')).runFile(rest);
    case 'trace':
      // A live process is asked for by its number.
      if (/^\d+$/.test(rest[0] ?? '')) return await (await import('./traceProcess.ts')).traceLive(rest);
      return await (await import('./records.ts')).traceFile(rest);
    case 'record':
      return await (await import('./records.ts')).recordFile(rest);
    case 'doctor':
      return await (await import('./doctor.ts')).doctor(rest);
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
