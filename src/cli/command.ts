// The subcommands of `asyncio`. Each is loaded when it is asked for: help needs nothing of the library.

import { existsSync } from 'node:fs';
import { CommandError } from './commandError.ts';
import { COMMANDS, helpText } from './help.ts';
import { packageVersion } from './version.ts';

/** What the arguments ask for. */
export async function command(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  switch (name) {
    case 'run':
      return await (await import('./runFile.ts')).runFile(rest);
    case 'trace':
      if (asksForProcess(rest)) return await (await import('./traceProcess.ts')).traceLive(rest);
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
      if (rest[0] !== undefined && !COMMANDS.includes(rest[0]))
        throw new CommandError(await unknown(rest[0]));
      console.log(helpText(rest[0]));
      return;
    case '-V':
    case '--version':
      console.log(await packageVersion());
      return;
    default:
      throw new CommandError(await unknown(name));
  }
}

async function unknown(name: string): Promise<string> {
  if (name.startsWith('-')) return `unknown option ${name}`;
  const { nearestName } = await import('../lowlevel.ts');
  const meant = existsSync(name) ? `run ${name}` : nearestName(name, COMMANDS);
  return `unknown command "${name}"${meant === undefined ? '' : `; did you mean asyncio ${meant}?`}`;
}

/** Whether the arguments of `asyncio trace` ask for a live process, and not for a file to be run: by a number, wherever it
 * stands among the options. */
export function asksForProcess(argv: readonly string[]): boolean {
  const first = argv.find((arg, at) => !arg.startsWith('-') && !TAKES_NEXT.test(argv[at - 1] ?? ''));
  return /^\d+$/.test(first ?? '');
}

/** The options that take the next argument. */
const TAKES_NEXT = /^(?:-o|--output|--for|--shutdown-timeout)$/;
