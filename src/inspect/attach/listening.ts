// At what a process listens: TCP ports and Unix sockets, from the tables of its own network namespace and the
// descriptors that it holds.
//
// 1. A port is the process's own only when one of its descriptors is that very socket: never by its number.
// 2. The descriptors of another user's process can't be read: there is nothing then, and no error.

import { readdirSync } from 'node:fs';
import { allPids, read, readLink } from './processInfo.ts';

export interface Listener {
  readonly port: number;
  readonly inode: string;
  /** True for an address that only this machine reaches. */
  readonly loopback: boolean;
  readonly uid: number;
}

const LISTENS = '0A';

/** The TCP ports that somebody listens at where the process lives. */
export function listenersAround(pid: number): Listener[] {
  const found: Listener[] = [];
  for (const table of ['net/tcp', 'net/tcp6']) {
    for (const line of (read(pid, table) ?? '').split('\n').slice(1)) {
      const [, local = '', , state, , , , uid, , inode = ''] = line.trim().split(/\s+/);
      if (state !== LISTENS) continue;
      const [address = '', port = ''] = local.split(':');
      // 127.0.0.0/8, as itself and inside of IPv6, and ::1, in words of the machine's order of bytes.
      const loopback = /^(?:0{16}FFFF0000)?[0-9A-F]{6}7F$|^0{24}01000000$/.test(address);
      found.push({ port: Number.parseInt(port, 16), inode, loopback, uid: Number(uid) });
    }
  }
  return found;
}

/** The TCP ports at which the process itself listens. */
export function listenersOf(pid: number): Listener[] {
  const own = socketsOf(pid);
  return listenersAround(pid).filter(({ inode }) => own.has(inode));
}

/** The paths of the Unix sockets at which the process listens. */
export function unixListenersOf(pid: number): string[] {
  const table = (read(pid, 'net/unix') ?? '').split('\n');
  const own = socketsOf(pid);
  const paths: string[] = [];
  for (const line of table) {
    // Num RefCount Protocol Flags Type St Inode Path; the flag is __SO_ACCEPTCON.
    const match = /^\S+ \S+ \S+ 00010000 0001 01 +(\d+) (.+)$/.exec(line);
    if (match !== null && own.has(match[1] as string)) paths.push(match[2] as string);
  }
  return paths;
}

/** Who holds a socket, as far as that can be seen from here. */
export function holderOf(inode: string): number | undefined {
  return allPids().find((pid) => socketsOf(pid).has(inode));
}

function socketsOf(pid: number): Set<string> {
  const inodes = new Set<string>();
  let descriptors: string[] = [];
  try {
    descriptors = readdirSync(`/proc/${pid}/fd`);
  } catch {
    // It has ended, or is not ours to see.
  }
  for (const descriptor of descriptors) {
    const inode = /^socket:\[(\d+)\]$/.exec(readLink(`/proc/${pid}/fd/${descriptor}`) ?? '')?.[1];
    if (inode !== undefined) inodes.add(inode);
  }
  return inodes;
}
