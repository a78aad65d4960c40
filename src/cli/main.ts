#!/usr/bin/env node
// The command `asyncio`: runs the subcommand and turns its outcome into an exit code.
//
// Exit codes: 0 done, 1 the program failed, 2 the command line was wrong, 130 and 143 ended by a signal.
//
// A small part of the library is loaded first, and from here: on a Node that is too old it refuses to load, which is one
// line for a person at a terminal. The subcommands import what such a Node doesn't have.

import process from 'node:process';
import { CommandError } from './commandError.ts';

await import('../worker.ts').catch((error: Error) => {
  if ((error as { code?: string }).code !== 'ERR_ASYNCIO_UNSUPPORTED') throw error;
  console.error(`asyncio: ${error.message}`);
  process.exit(1);
});

const { command } = await import('./command.ts');
const { COMMANDS } = await import('./help.ts');
try {
  await command(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  console.error(`asyncio: ${error.message}`);
  if (error.exitCode === 2) console.error(`Try: ${tip(process.argv[2] ?? '')}`);
  process.exit(error.exitCode);
}

function tip(name: string): string {
  return COMMANDS.includes(name) ? `asyncio help ${name}` : 'asyncio --help';
}
