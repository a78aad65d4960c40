// Processes of this user that Linux hides from it: those with other rights than they were started with, as a server that
// gives up root's, or a Node that may open low ports by setcap. Which program they run, what they have open, and their
// namespaces are shown to root alone. What is left is the folder of the sockets, which this user alone can write to.

import { readdirSync, readlinkSync } from 'node:fs';
import { AttachError } from './attachError.ts';
import { lookFolder } from './lookFolder.ts';

export function isHidden(pid: number): boolean {
  try {
    readlinkSync(`/proc/${pid}/exe`);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES';
  }
}

/** @throws AttachError for one that is hidden */
export function demandSeen({ pid, name }: { readonly pid: number; readonly name: string }): void {
  if (!isHidden(pid)) return;
  throw new AttachError(
    'closed',
    `process ${pid} (${name}) has other rights than it was started with (setuid, setcap), so that Linux shows only root ` +
      'what it has open: start it with ASYNCIO_INSPECT=1, and let it change its user before its first loop starts',
  );
}

/** The sockets in the folder, whoever listens at them. */
export function socketsInFolder(): string[] {
  try {
    const folder = lookFolder();
    return readdirSync(folder).map((name) => `${folder}/${name}`);
  } catch {
    // It is not to be trusted.
    return [];
  }
}
