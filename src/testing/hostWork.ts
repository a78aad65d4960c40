// What the host has under way, as far as it reports it: Node reports file and DNS requests, sockets, timers
// and more (small files it reads at once, and compression and cryptography it keeps to itself), Deno
// some, Bun nothing.

import { readdirSync, readlinkSync } from 'node:fs';
import process from 'node:process';

function resources(): string[] {
  return process.getActiveResourcesInfo?.() ?? [];
}

/** True when the host says what it has under way, in a way that leaves little out. */
export const hostTells: boolean =
  process.versions['bun'] === undefined && typeof process.getActiveResourcesInfo === 'function';

// A request ends by itself; the rest (sockets, servers, pipes, ports, timers) may stay for ever.
const REQUEST = /Req(uest|Promise|Callback|Wrap)?$|(Connect|Write|Shutdown|Send)Wrap$/;

/** True while the host works on requests, such as reading a file or looking up an address. */
export function requestsInFlight(): boolean {
  return resources().some((name) => REQUEST.test(name));
}

/** How many of each kind of resource keep the process alive. */
export function activeResources(): Map<string, number> {
  // Made when first touched, and never closed: they are not what a test leaves behind.
  void process.stdout;
  void process.stderr;
  const counts = new Map<string, number>();
  for (const name of resources()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

/** The kinds of which there are more now than there were. */
export function grownResources(before: ReadonlyMap<string, number>): string[] {
  const grown: string[] = [];
  for (const [name, count] of activeResources()) {
    for (let extra = count - (before.get(name) ?? 0); extra > 0; extra--) grown.push(name);
  }
  // Gone in the next turn, and often the runner's own.
  return grown.filter((name) => name !== 'Immediate' && name !== 'CloseReq');
}

const FOLDERS: Partial<Record<string, string>> = { linux: '/proc/self/fd' };

/** The open file descriptors and what they lead to; empty where the host does not say. */
export function openDescriptors(): Map<number, string> {
  const open = new Map<number, string>();
  const folder = FOLDERS[process.platform];
  if (folder === undefined) return open;
  for (const name of readdirSync(folder)) {
    try {
      open.set(Number(name), readlinkSync(`${folder}/${name}`));
    } catch {
      // The descriptor of this very listing.
    }
  }
  return open;
}

/** Descriptors that were opened since, those left out that a runtime opens for itself when it likes. */
export function grownDescriptors(before: ReadonlyMap<number, string>): string[] {
  const grown: string[] = [];
  for (const [number, target] of openDescriptors()) {
    if (before.get(number) !== target && !/^(anon_inode:|\/dev\/|\/proc\/)/.test(target)) {
      grown.push(`${number} (${target})`);
    }
  }
  return grown;
}
