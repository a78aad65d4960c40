// A subcommand's arguments, and what is wrong with them in a sentence.

import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { CommandError } from './commandError.ts';

/** As `parseArgs`. @throws CommandError */
export function readArguments<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const text = (error as Error).message.split('. ')[0] ?? '';
    throw new CommandError(text.charAt(0).toLowerCase() + text.slice(1));
  }
}
