// The command line: what may be asked, what it means, and one sentence for what is wrong with it.

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './userError.ts';

export const passNames = ['sequential', 'concurrent'] as const;
export type PassName = (typeof passNames)[number];

export interface Arguments {
  readonly help: boolean;
  /** The folder as the person wrote it, and where it is. */
  readonly folder: { readonly given: string; readonly path: string };
  /** The database file; `chosen` when the person named it. */
  readonly db: { readonly path: string; readonly chosen: boolean };
  /** How many files are open at once in the concurrent pass. */
  readonly limit: number;
  readonly passes: readonly PassName[];
  /** Read everything once before the first pass, so that both find the same page cache. */
  readonly warm: boolean;
  /** How many files and duplicates the report names. */
  readonly top: number;
  /** How many clients ask the server; with 0 there is no network part. */
  readonly clients: number;
  /** The server's port; 0 for any that is free. */
  readonly port: number;
}

export const defaultLimit = 32;
export const defaultClients = 500;

export const helpText = `Usage: npm start [-- [FOLDER] [options]]

Reads and hashes every file of FOLDER (default: the project's own node_modules)
twice, first one after the other, then concurrently, and writes a row for each
to a SQLite database. Then ${defaultClients} clients ask a server for files of that index
over TCP, again one after the other and concurrently.

  --db FILE        the database (default: .scratch/tour.sqlite in the project)
  --limit N        files open at once in the concurrent pass (default: ${defaultLimit})
  --clients N      clients of the server, 0 for no network part (default: ${defaultClients})
  --port N         the server's port on 127.0.0.1 (default: any that is free)
  --passes LIST    which passes, in which order (default: ${passNames.join(',')})
  --no-warm        do not read all files once beforehand: the first pass then
                   finds a colder page cache than the second, and seems slower
  --top N          how many large and duplicate files to name (default: 5)
  -h, --help       this text

Ctrl-C stops it at any moment: what was read is written, and the database stays
whole.
Exit codes: 0 done, 1 failed, 2 asked wrongly, 130 Ctrl-C, 143 SIGTERM.`;

/**
 * Reads the command line.
 *
 * @param args The arguments without the program's name.
 * @param project The project's root folder, for the defaults.
 * @param from The folder that relative paths start from.
 * @throws UserError (exit code 2) for anything it does not know.
 */
export function parseArguments(args: readonly string[], project: string, from: string): Arguments {
  const { values, positionals } = parse(args);
  if (positionals.length > 1) {
    throw wrong(`one folder at a time: '${positionals[0]}' and '${positionals[1]}' are two`);
  }
  const given = positionals[0] ?? 'node_modules';
  if (given === '' || values.db === '') throw wrong(`${given === '' ? 'the folder' : '--db'} is empty`);
  return {
    help: values.help ?? false,
    folder: { given, path: positionals[0] === undefined ? join(project, given) : resolve(from, given) },
    db: {
      path: values.db === undefined ? join(project, '.scratch', 'tour.sqlite') : resolve(from, values.db),
      chosen: values.db !== undefined,
    },
    limit: wholeNumber('--limit', values.limit, defaultLimit, 1, 10_000),
    passes: passList(values.passes),
    warm: !(values['no-warm'] ?? false),
    top: wholeNumber('--top', values.top, 5, 0, 1000),
    clients: wholeNumber('--clients', values.clients, defaultClients, 0, 10_000),
    port: wholeNumber('--port', values.port, 0, 0, 65_535),
  };
}

// The type is inferred from the table of options: no second list of them.
// eslint-disable-next-line @typescript-eslint/explicit-function-return-type
function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        db: { type: 'string' },
        limit: { type: 'string' },
        passes: { type: 'string' },
        'no-warm': { type: 'boolean' },
        top: { type: 'string' },
        clients: { type: 'string' },
        port: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw wrong(text.replace(/\. To specify a positional.*$/s, '').replace(/\n.*$/s, ''), error);
  }
}

function wholeNumber(
  name: string,
  text: string | undefined,
  standard: number,
  min: number,
  max: number,
): number {
  if (text === undefined) return standard;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= min && value <= max))
    throw wrong(`${name} is a whole number from ${min} to ${max}, not '${text}'`);
  return value;
}

function passList(text: string | undefined): readonly PassName[] {
  if (text === undefined) return passNames;
  const names = text.split(',').map((name) => name.trim());
  for (const [i, name] of names.entries()) {
    if (!isPassName(name)) throw wrong(`--passes knows ${passNames.join(' and ')}, not '${name}'`);
    if (names.indexOf(name) !== i) throw wrong(`--passes names '${name}' twice`);
  }
  return names.filter(isPassName);
}

function isPassName(name: string): name is PassName {
  return (passNames as readonly string[]).includes(name);
}

function wrong(sentence: string, cause?: unknown): UserError {
  const text = sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
  return new UserError(`${text} (--help shows what there is)`, 2, { cause });
}
