// The command line: which of the two jobs is asked for, the tour or the index of a folder, and how; one sentence for
// what is wrong with it.

import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { UserError } from './userError.ts';

export const passNames = ['sequential', 'concurrent'] as const;
export type PassName = (typeof passNames)[number];

/** The parts of the tour, in their order. */
export const partNames = [
  'crawl',
  'tcp',
  'files',
  'sql',
  'burn',
  'group',
  'deadline',
  'stop',
  'deadlock',
] as const;
export type PartName = (typeof partNames)[number];

/** The database file; `chosen` when the person named it. */
export interface DatabaseArgument {
  readonly path: string;
  readonly chosen: boolean;
}

export interface TourArguments {
  readonly job: 'tour';
  readonly parts: readonly PartName[];
  readonly db: DatabaseArgument;
  /** The server that is asked for reports; undefined for SQLite. */
  readonly postgres: string | undefined;
  /** How many pages and reports are asked for at once, and how many files are written at once. */
  readonly limit: number;
  /** How many clients ask the server. */
  readonly clients: number;
  /** The server's port; 0 for any that is free. */
  readonly port: number;
  /** The waits of the site and the clients are divided by this. */
  readonly speed: number;
  /** After the result, all that was measured. */
  readonly details: boolean;
  /** The result as JSON and nothing else. */
  readonly json: boolean;
}

export interface FolderArguments {
  readonly job: 'folder';
  /** The folder as the person wrote it, and where it is. */
  readonly folder: { readonly given: string; readonly path: string };
  readonly db: DatabaseArgument;
  /** How many files are open at once in the concurrent pass. */
  readonly limit: number;
  readonly passes: readonly PassName[];
  /** Read everything once before the first pass, so that both find the same page cache. */
  readonly warm: boolean;
  /** How many files and duplicates the report names. */
  readonly top: number;
}

export type Arguments = { readonly job: 'help' } | TourArguments | FolderArguments;

export const defaultLimit = { tour: 16, folder: 32 };
export const defaultClients = 50;

export const helpText = `Usage: npm start [-- options]            the tour, about a minute
       npm start -- FOLDER [options]     the index of a folder

The tour does what waits, one after the other and then concurrently: crawls a
site of another process, talks to clients that think, writes files, asks a
database. What burns the processor it does on the loop, in threads and in
processes. Then it shows what promises alone cannot do. The index reads and
hashes every file of FOLDER, both ways, and writes a row for each to a SQLite
database.

The tour:
  --details        after the result all that was measured, and where it is from
  --json           the result as one line of JSON (npm -s start -- --json)
  --only LIST      parts: ${partNames.join(',')}
  --limit N        pages, files and reports at once (default: ${defaultLimit.tour})
  --clients N      clients of the TCP server (default: ${defaultClients})
  --port N         the server's port on 127.0.0.1 (default: any that is free)
  --speed N        divides the waits by N (default: 1, as they were measured),
                   and the work that burns
  --db FILE        the database (default: .scratch/tour.sqlite in the project)
  --postgres URL   asks this server for the reports, and not SQLite

The index of a folder:
  --db FILE        the database (default: .scratch/index.sqlite in the project)
  --limit N        files open at once in the concurrent pass (default: ${defaultLimit.folder})
  --passes LIST    which passes, in which order (default: ${passNames.join(',')})
  --no-warm        do not read all files once beforehand: the first pass then
                   finds a colder page cache than the second, and seems slower
  --top N          how many large and duplicate files to name (default: 5)

  -h, --help       this text

Ctrl-C stops it at any moment: what was done is saved, and the database stays
whole.
Exit codes: 0 done, 1 failed, 2 asked wrongly, 130 Ctrl-C, 143 SIGTERM.`;

const forTour = ['only', 'clients', 'port', 'speed', 'details', 'json', 'postgres'] as const;
const forFolder = ['passes', 'no-warm', 'top'] as const;

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
  if (values.help) return { job: 'help' };
  if (positionals.length > 1) {
    throw wrong(`one folder at a time: '${positionals[0]}' and '${positionals[1]}' are two`);
  }
  const [folder] = positionals;
  if (folder === '' || values.db === '') throw wrong(`${folder === '' ? 'the folder' : '--db'} is empty`);
  const notFor = (folder === undefined ? forFolder : forTour).find((name) => values[name] !== undefined);
  if (notFor !== undefined) {
    throw wrong(
      folder === undefined
        ? `--${notFor} is for the index of a folder: npm start -- FOLDER --${notFor}`
        : `--${notFor} is for the tour, and not for the index of a folder`,
    );
  }
  const db = (name: string): DatabaseArgument => ({
    path: values.db === undefined ? join(project, '.scratch', name) : resolve(from, values.db),
    chosen: values.db !== undefined,
  });
  if (folder === undefined) {
    return {
      job: 'tour',
      parts: listOf('--only', values.only, partNames).toSorted(
        (a, b) => partNames.indexOf(a) - partNames.indexOf(b),
      ),
      db: db('tour.sqlite'),
      postgres: urlOf(values.postgres),
      limit: wholeNumber('--limit', values.limit, defaultLimit.tour, 1, 1000),
      clients: wholeNumber('--clients', values.clients, defaultClients, 1, 10_000),
      port: wholeNumber('--port', values.port, 0, 0, 65_535),
      speed: wholeNumber('--speed', values.speed, 1, 1, 1000),
      details: values.details ?? false,
      json: values.json ?? false,
    };
  }
  return {
    job: 'folder',
    folder: { given: folder, path: resolve(from, folder) },
    db: db('index.sqlite'),
    limit: wholeNumber('--limit', values.limit, defaultLimit.folder, 1, 10_000),
    passes: listOf('--passes', values.passes, passNames),
    warm: !(values['no-warm'] ?? false),
    top: wholeNumber('--top', values.top, 5, 0, 1000),
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
        only: { type: 'string' },
        db: { type: 'string' },
        postgres: { type: 'string' },
        limit: { type: 'string' },
        clients: { type: 'string' },
        port: { type: 'string' },
        speed: { type: 'string' },
        details: { type: 'boolean' },
        json: { type: 'boolean' },
        passes: { type: 'string' },
        'no-warm': { type: 'boolean' },
        top: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw wrong(text.replace(/\. To specify a positional.*$/s, '').replace(/\n.*$/s, ''), error);
  }
}

function urlOf(text: string | undefined): string | undefined {
  if (text === undefined || /^postgres(ql)?:\/\//.test(text)) return text;
  throw wrong('--postgres is a URL as postgres://name@host/database');
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

/** The names of a list with commas between; all that there are where there is none. */
function listOf<T extends string>(option: string, text: string | undefined, known: readonly T[]): T[] {
  if (text === undefined) return [...known];
  return text.split(',').map((part, i, all) => {
    const name = known.find((each) => each === part.trim());
    const last = known.at(-1);
    if (name === undefined) {
      throw wrong(`${option} knows ${known.slice(0, -1).join(', ')} and ${last}, not '${part.trim()}'`);
    }
    if (all.findIndex((each) => each.trim() === name) !== i) throw wrong(`${option} names '${name}' twice`);
    return name;
  });
}

function wrong(sentence: string, cause?: unknown): UserError {
  const text = sentence.endsWith('.') ? sentence.slice(0, -1) : sentence;
  return new UserError(`${text} (--help shows what there is)`, 2, { cause });
}
