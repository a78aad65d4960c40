// What of the machine the benchmarks use besides programs: two cores to pin to, a certificate, a place for
// a Unix socket, the number of descriptors a process may have.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scratch } from './compile.ts';

/** The cores of server and load; without them why they are not pinned. */
export type Cores = { readonly server: number; readonly load: number } | { readonly missing: string };

/** The last two cores this process may use: the first is where a machine does its chores. */
export function pinning(): Cores {
  if (spawnSync('taskset', ['--version']).error !== undefined) return { missing: 'no taskset here' };
  const list = /^Cpus_allowed_list:\s*(.*)$/m.exec(readText('/proc/self/status'))?.[1] ?? '';
  const cores = list.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 || 0 }, (_, i) => first + i);
  });
  const [load, server] = cores.slice(-2);
  if (load === undefined || server === undefined) return { missing: 'this machine has one core for us' };
  return { server, load };
}

/** The command line that runs a program on one core. */
export function pinned(program: string, args: readonly string[], core: number | undefined): string[] {
  return core === undefined ? [program, ...args] : ['taskset', '-c', String(core), program, ...args];
}

/** How many descriptors a process may have once it raises its own limit. */
export function descriptorLimit(): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(readText('/proc/self/limits'))?.[1] ?? '1024';
  return hard === 'unlimited' ? Infinity : Number(hard);
}

/** Resident memory of a process in bytes; NaN where the system does not tell. */
export function residentMemory(pid: number): number {
  const found = /^VmRSS:\s*(\d+) kB/m.exec(readText(`/proc/${pid}/status`))?.[1];
  return found === undefined ? Number.NaN : Number(found) * 1024;
}

const year = 365 * 24 * 3600 * 1000;

/** The folder with key.pem and cert.pem, made with openssl at first; or why there is none. */
export function certificate(): { readonly folder: string } | { readonly missing: string } {
  const [key, cert] = [join(scratch, 'key.pem'), join(scratch, 'cert.pem')];
  const fresh = existsSync(cert) && existsSync(key) && Date.now() - statSync(cert).mtimeMs < year;
  if (fresh) return { folder: scratch };
  mkdirSync(scratch, { recursive: true });
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const made = spawnSync('openssl', [
    ...['req', '-x509', ...algorithm, '-days', '3650', '-subj', '/CN=localhost'],
    ...['-keyout', key, '-out', cert],
  ]);
  if (made.error !== undefined) return { missing: 'no openssl here to make a certificate' };
  return made.status === 0 ? { folder: scratch } : { missing: 'openssl made no certificate' };
}

/** A path for a Unix socket, short enough for one, and what removes it. */
export function socketPath(): { readonly path: string } & Disposable {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'));
  return {
    path: join(folder, 'socket'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
