// TypeScript files need a host that removes their types.

import process from 'node:process';
import { CommandError } from './commandError.ts';

const FLAG = '--experimental-strip-types';

interface Host {
  readonly features?: { readonly typescript?: unknown };
  execve?(file: string, args: readonly string[], env: NodeJS.ProcessEnv): never;
}

/** Whether this process can import TypeScript. */
export function stripsTypes(): boolean {
  const versions = process.versions as Record<string, string | undefined>;
  if (versions['bun'] !== undefined || versions['deno'] !== undefined) return true;
  return Boolean((process as Host).features?.typescript);
}

/** Starts the same command again with type stripping where `path` needs it and the host has it as an option
 * only. Returns when there is nothing to do. */
export function ensureTypeStripping(path: string): void {
  if (!/\.[cm]?ts$/.test(path) || stripsTypes()) return;
  const host = process as Host;
  if (host.execve === undefined || process.platform === 'win32' || process.execArgv.includes(FLAG)) {
    throw new CommandError(
      `Node ${process.versions.node} removes types only when started with ${FLAG}: ` +
        `NODE_OPTIONS=${FLAG} asyncio run …, or use Node 22.18 or later`,
    );
  }
  const args = [
    process.execPath,
    FLAG,
    '--disable-warning=ExperimentalWarning',
    ...process.execArgv,
    ...process.argv.slice(1),
  ];
  host.execve(process.execPath, args, process.env);
}
