// Small folders to index, and the program itself, started as `npm start` starts it.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after } from 'node:test';
import { parseArguments } from '../../tour/arguments.ts';
import type { FolderArguments, TourArguments } from '../../tour/arguments.ts';
import { root, sourceCondition } from '../../scripts/runtime.mjs';

const tourProgram = join(root, 'tour', 'main.ts');

/** A new folder that is removed when the test file has ended. */
export function newFolder(files: Readonly<Record<string, string | Uint8Array>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'tour-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

/** `count` small files in folders of a hundred, each with a content of its own. */
export function manyFiles(count: number): Record<string, string> {
  const files: Record<string, string> = {};
  for (let i = 0; i < count; i += 1)
    files[`folder${Math.floor(i / 100)}/file${i}.txt`] = `file number ${i}\n`;
  return files;
}

/** The command line of the index of a folder, as it is understood. */
export function folderArguments(args: readonly string[]): FolderArguments {
  const parsed = parseArguments(args, '/', '/');
  if (parsed.job !== 'folder') throw new Error(`${args.join(' ')} asks for no folder`);
  return parsed;
}

/** The command line of the tour, as it is understood. */
export function tourArguments(args: readonly string[]): TourArguments {
  const parsed = parseArguments(args, '/', '/');
  if (parsed.job !== 'tour') throw new Error(`${args.join(' ')} asks for no tour`);
  return parsed;
}

export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  /** Resolves once the text was written to stdout or stderr. */
  seen(text: string): Promise<void>;
  readonly ended: Promise<Ended>;
}

/** Starts the tour, or another program; without a terminal, as in a pipe. */
export function startTour(
  args: readonly string[],
  options: {
    env?: NodeJS.ProcessEnv;
    uid?: number;
    /** Commands of a shell that come before. */
    shell?: string;
    /** A command that is given the program and its arguments. */
    wrapper?: readonly string[];
    program?: string;
  } = {},
): Started {
  const command = [
    process.execPath,
    sourceCondition,
    '--disable-warning=ExperimentalWarning',
    options.program ?? tourProgram,
    ...args,
  ];
  const env = { ...process.env, ...options.env };
  delete env['npm_lifecycle_event'];
  const before = options.shell === undefined ? [] : ['/bin/sh', '-c', `${options.shell}; exec "$@"`, 'sh'];
  const [file = '', ...rest] = [...(options.wrapper ?? before), ...command];
  const child = spawn(file, rest, { env, stdio: ['ignore', 'pipe', 'pipe'], ...pick(options.uid) });
  let [stdout, stderr] = ['', ''];
  const watchers = new Set<() => void>();
  child.stdout?.on('data', (chunk) => {
    stdout += chunk;
    for (const watch of watchers) watch();
  });
  child.stderr?.on('data', (chunk) => {
    stderr += chunk;
    for (const watch of watchers) watch();
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const seen = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const watch = (): void => {
        if (!(stdout + stderr).includes(text)) return;
        watchers.delete(watch);
        resolve();
      };
      watchers.add(watch);
      watch();
      void ended.then(
        () => reject(new Error(`it ended without saying '${text}':\n${stdout}${stderr}`)),
        reject,
      );
    });
  return { child, seen, ended };
}

/** Runs the tour to its end. */
export function runTour(
  args: readonly string[],
  options?: Parameters<typeof startTour>[1],
): Promise<Ended> {
  return startTour(args, options).ended;
}

/** What a database holds. */
export interface Inspected {
  readonly integrity: unknown;
  /** The line of each pass, by its name. */
  readonly passes: Record<string, Record<string, unknown>>;
  /** How many rows the table of each pass has. */
  readonly rows: Record<string, number>;
  readonly unread: Record<string, unknown>[];
}

export function inspect(file: string): Inspected {
  const db = new DatabaseSync(file);
  try {
    const integrity = db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    const known = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'pass'`).get() !== undefined;
    const lines = known ? db.prepare('SELECT * FROM pass').all() : [];
    const passes = Object.fromEntries(lines.map((line) => [String(line['name']), { ...line }]));
    const count = (table: string): number =>
      Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);
    const rows = Object.fromEntries(Object.keys(passes).map((name) => [name, count(name)]));
    const unread = known
      ? db
          .prepare('SELECT * FROM unread')
          .all()
          .map((row) => ({ ...row }))
      : [];
    return { integrity, passes, rows, unread };
  } finally {
    db.close();
  }
}

/** What the database of a tour holds: the pages of each pass. */
export function inspectTour(file: string): { integrity: unknown; rows: Record<string, number> } {
  const db = new DatabaseSync(file);
  try {
    const integrity = db.prepare('PRAGMA integrity_check').get()?.['integrity_check'];
    const known = db.prepare(`SELECT 1 FROM sqlite_schema WHERE name = 'crawl'`).get() !== undefined;
    const rows: Record<string, number> = {};
    for (const { pass, pages } of known ? db.prepare('SELECT pass, pages FROM crawl').all() : []) {
      const stored = db.prepare('SELECT count(*) AS n FROM page WHERE pass = ?').get(pass as string)?.['n'];
      if (stored !== pages) throw new Error(`${String(pass)}: ${String(stored)} of ${String(pages)} pages`);
      rows[String(pass)] = Number(stored);
    }
    return { integrity, rows };
  } finally {
    db.close();
  }
}

/** The rows of one pass. */
export function rowsOf(file: string, pass: string): Record<string, unknown>[] {
  const db = new DatabaseSync(file);
  try {
    return db
      .prepare(`SELECT * FROM ${pass} ORDER BY path`)
      .all()
      .map((row) => ({ ...row }));
  } finally {
    db.close();
  }
}

function pick(uid: number | undefined): { uid?: number; gid?: number } {
  return uid === undefined ? {} : { uid, gid: uid };
}
