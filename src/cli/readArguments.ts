// A subcommand's arguments, and what is wrong with them in a sentence.

import { parseArgs } from 'node:util';
import type { ParseArgsConfig } from 'node:util';
import { nearestName } from '../lowlevel.ts';
import { CommandError } from './commandError.ts';

/** As `parseArgs`. @throws CommandError */
export function readArguments<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    const text = (error as Error).message.split('. ')[0] ?? '';
    throw new CommandError(unknownOption(text, config) ?? text.charAt(0).toLowerCase() + text.slice(1));
  }
}

/** An option that there is not, with the one that is meant; undefined where something else is wrong. */
function unknownOption(text: string, { options = {} }: ParseArgsConfig): string | undefined {
  const [, dashes, name] = /^Unknown option '(--?)([^']+)'/.exec(text) ?? [];
  if (name === undefined) return undefined;
  const near = dashes === '--' ? nearestName(name, Object.keys(options)) : undefined;
  return `unknown option ${dashes}${name}${near === undefined ? '' : `; did you mean --${near}?`}`;
}
