// The sockets at which the threads of a process can be looked at, found by what the process listens at.
//
// 1. A path counts when the process holds the listening socket, its name is as the probe makes it, and its folder is this
//    user's alone: nobody else can have put it there.
// 2. In a container the path is one of the container's. It is reached through /proc/PID/root, and a Unix socket belongs to
//    its file, not to a network, so no port has to be let out.
// 3. What a process listens at may be hidden (hidden.ts). Then the name counts, in the folder that is this user's alone.

import { dirname } from 'node:path';
import { isHidden, socketsInFolder } from './hidden.ts';
import { isPrivate } from './lookFolder.ts';
import { unixListenersOf } from './listening.ts';
import { innerPid, namespaceOf } from './processInfo.ts';

export interface ThreadSocket {
  readonly path: string;
  readonly thread: number;
  /** 0 for the first copy of the library in the thread. */
  readonly copy: number;
}

/** The sockets of a process, in the order of its threads. */
export function socketsOf(pid: number): ThreadSocket[] {
  const inner = innerPid(pid);
  const hidden = isHidden(pid);
  const isHere = hidden || namespaceOf(pid, 'mnt') === namespaceOf('self', 'mnt');
  const root = isHere ? '' : `/proc/${pid}/root`;
  const found: ThreadSocket[] = [];
  for (const path of hidden ? socketsInFolder() : unixListenersOf(pid)) {
    const [, owner, thread, copy = '0'] =
      /\/asyncio-ts-\d+\/(\d+)-(\d+)(?:-(\d+))?\.sock$/.exec(path) ?? [];
    if (Number(owner) !== inner || !isPrivate(dirname(root + path))) continue;
    found.push({ path: root + path, thread: Number(thread), copy: Number(copy) });
  }
  return found.sort((a, b) => a.thread - b.thread || a.copy - b.copy);
}
