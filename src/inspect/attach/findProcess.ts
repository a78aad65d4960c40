// Which process is meant: by its number, by the name of its script or its title, or all that could be.

import process from 'node:process';
import { UnsupportedError } from '../../asyncio.ts';
import { AttachError } from './attachError.ts';
import { demandSeen } from './hidden.ts';
import { allPids, processInfo } from './processInfo.ts';
import type { ProcessInfo } from './processInfo.ts';
import { socketsOf } from './sockets.ts';

/** A process that could be looked at.
 * @example
 * ```ts
 * import { listProcesses, type ListedProcess } from 'asyncio-ts/inspect';
 * const all: ListedProcess[] = listProcesses();
 * console.log(all.every(({ pid }) => pid > 0)); // -> true
 * ```
 */
export interface ListedProcess extends ProcessInfo {
  /** Whether it has opened a socket already, so that it surely uses the library. */
  readonly open: boolean;
}

/** The processes of this user that run Node, Bun or Deno, without the asking one: those first that have opened a socket,
 * and then the oldest.
 * @throws UnsupportedError elsewhere than on Linux
 * @example
 * ```ts
 * import { listProcesses } from 'asyncio-ts/inspect';
 * for (const { pid, name, runtime } of listProcesses()) if (name === 'server.ts') console.log(pid, runtime);
 * ```
 */
export function listProcesses(): ListedProcess[] {
  return ownProcesses()
    .map((info) => ({ ...info, open: socketsOf(info.pid).length > 0 }))
    .sort((a, b) => Number(b.open) - Number(a.open));
}

/** The same without a look at their sockets, the oldest first. */
export function ownProcesses(): ProcessInfo[] {
  checkPlatform();
  return allPids()
    .filter((pid) => pid !== process.pid)
    .map(processInfo)
    .filter((info) => info !== undefined)
    .filter(
      ({ uid, runtime, state }) =>
        uid === process.geteuid?.() && runtime !== undefined && state !== 'ended',
    )
    .sort((a, b) => a.started - b.started || a.pid - b.pid);
}

/** The process that `target` names.
 * @throws AttachError when there is none, when there are several, when it is not to be looked at */
export function findProcess(target: number | string): ProcessInfo {
  checkPlatform();
  const info = /^\d+$/.test(String(target)) ? byNumber(Number(target)) : byName(String(target));
  if (info.uid !== process.geteuid?.()) {
    throw new AttachError(
      'other-user',
      `process ${info.pid} (${info.name}) belongs to another user, number ${info.uid}: look at it as that user`,
    );
  }
  if (info.runtime === undefined) {
    demandSeen(info);
    throw new AttachError(
      'not-javascript',
      `process ${info.pid} (${info.name}) runs neither Node nor Bun nor Deno`,
    );
  }
  return info;
}

function byNumber(pid: number): ProcessInfo {
  const info = processInfo(pid);
  if (info === undefined || info.state === 'ended')
    throw new AttachError('no-such-process', `there is no process ${pid}`);
  return info;
}

function byName(name: string): ProcessInfo {
  const all = ownProcesses();
  const matching = all.filter((info) => isCalled(info, name));
  const [first, ...others] = matching;
  if (first === undefined) {
    const names = [...new Set(all.map((info) => info.name))].slice(0, 5);
    const there = names.length === 0 ? '' : `; there are ${names.join(', ')}`;
    throw new AttachError('no-such-process', `no process of yours is called "${name}"${there}`);
  }
  if (others.length === 0) return first;
  // The children of one program that bear its name, as of a cluster, are seen with it.
  const pids = new Set(matching.map(({ pid }) => pid));
  const roots = matching.filter(({ parent }) => !pids.has(parent));
  if (roots.length === 1) return roots[0] as ProcessInfo;
  const list = matching.map(({ pid }) => pid).join(', ');
  throw new AttachError(
    'ambiguous',
    `several processes are called "${name}": ${list}; give the number of one`,
  );
}

function isCalled(info: ProcessInfo, name: string): boolean {
  const names = [info.name, info.title, info.argv[0] ?? ''];
  return names.some((each) => each === name || each.replace(/\.[cm]?[jt]sx?$/, '') === name);
}

function checkPlatform(): void {
  if (process.platform === 'linux') return;
  throw new UnsupportedError(
    `looking at another process needs /proc, which ${process.platform} has not: so far it works on Linux`,
  );
}
