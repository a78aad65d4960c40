#!/usr/bin/env node
// The command `asyncio`: picks the subcommand and turns its outcome into an exit code.
//
// Exit codes: 0 done, 1 the program failed, 2 the command line was wrong, 130 and 143 ended by a signal.

import process from 'node:process';
import { CommandError } from './commandError.ts';
import { doctor } from './doctor.ts';
import { helpText } from './help.ts';
import { runFile } from './runFile.ts';
import { packageVersion } from './version.ts';

async function command(args: readonly string[]): Promise<void> {
  const [name, ...rest] = args;
  switch (name) {
    case 'run':
      return await runFile(rest);
    case 'doctor':
      return await doctor(rest);
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
      throw new CommandError(name.startsWith('-') ? `unknown option ${name}` : `unknown command "${name}"`);
  }
}

try {
  await command(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(`asyncio: ${error.message}`);
  if (error.exitCode === 2) console.error('Try: asyncio --help');
  process.exit(error.exitCode);
}
