// `~` and `$NAME` in paths, as os.path.expanduser and os.path.expandvars.
//
// The home of another user is looked up in /etc/passwd. Users that only a directory service knows stay as they are, as
// unknown ones do.

import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import process from 'node:process';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The path with `$NAME` and `${NAME}` replaced by the variables of the environment; unknown ones stay. */
export function expandvars(path: FilePath, environment: Environment = process.env): string {
  return fspath(path).replaceAll(
    /\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})/g,
    (found, plain?: string, braced?: string) => {
      const name = plain ?? braced ?? '';
      return (Object.hasOwn(environment, name) ? environment[name] : undefined) ?? found;
    },
  );
}

/** The path with `~` or `~user` in front replaced by the home of that user; where that is unknown, the path as it is. */
export function expanduser(path: FilePath, environment: Environment = process.env): string {
  const text = fspath(path);
  if (!text.startsWith('~')) return text;
  const slash = text.indexOf('/', 1);
  const end = slash === -1 ? text.length : slash;
  const home = end === 1 ? (environment['HOME'] ?? ownHome()) : account(text.slice(1, end))?.home;
  if (home === undefined) return text;
  return home.replace(/\/+$/, '') + text.slice(end) || '/';
}

function ownHome(): string | undefined {
  try {
    return userInfo().homedir;
  } catch {
    return undefined;
  }
}

interface Account {
  readonly name: string;
  readonly id: number;
  readonly home: string | undefined;
}

function account(name: string): Account | undefined {
  return accounts('/etc/passwd').find((line) => line.name === name);
}

/** The name of a user, or undefined where the system's list has none. */
export function userName(id: number): string | undefined {
  return accounts('/etc/passwd').find((line) => line.id === id)?.name;
}

/** The name of a group, or undefined where the system's list has none. */
export function groupName(id: number): string | undefined {
  return accounts('/etc/group').find((line) => line.id === id)?.name;
}

function accounts(file: string): Account[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').map((line) => {
    const [name = '', , id = '', , , home] = line.split(':');
    return { name, id: id === '' ? Number.NaN : Number(id), home };
  });
}
