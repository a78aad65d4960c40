// The path in errors of calls on an open file: the host has forgotten it by then.

import { fromHostError } from '../../lowlevel.ts';

/** The error of the host, as ours, naming `path` where it names none. */
export function nameError(error: unknown, path: string): unknown {
  const failure = error as NodeJS.ErrnoException;
  if (error instanceof Error && typeof failure.syscall === 'string' && failure.path === undefined)
    failure.path = path;
  return fromHostError(error);
}

/** The error for a folder that was given as a file. */
export function folderGiven(path: string): unknown {
  const error = Object.assign(new Error('a folder'), { code: 'EISDIR', syscall: 'open', errno: -21 });
  return nameError(error, path);
}
