// The notes of whose inspector we have opened: a file `opened-PID-STARTED` in the folder of the sockets, from before the
// signal until the inspector is seen to be closed. Whoever finds one open with its note closes it.

import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { isThere } from '../processInfo.ts';
import { lookFolder } from '../lookFolder.ts';

interface Noted {
  readonly pid: number;
  /** When it was started: a number is used again. */
  readonly started: number;
}

const pathOf = ({ pid, started }: Noted): string => `${lookFolder()}/opened-${pid}-${started}`;

export const isNoted = (target: Noted): boolean => existsSync(pathOf(target));

export const removeNote = (target: Noted): void => rmSync(pathOf(target), { force: true });

/** Writes that it is we who open it; what is noted of processes that have ended goes.
 * @throws the host's error where it can't be written */
export function writeNote(target: Noted): void {
  for (const name of readdirSync(lookFolder())) {
    const [, pid, started] = /^opened-(\d+)-(\d+)$/.exec(name) ?? [];
    const noted = { pid: Number(pid), started: Number(started) };
    if (pid !== undefined && !isThere(noted)) removeNote(noted);
  }
  writeFileSync(pathOf(target), '');
}
