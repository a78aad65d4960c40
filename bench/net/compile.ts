// The programs in C: compiled when they are needed and their sources are newer, into the scratch folder.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../subject.ts';

const sources = fileURLToPath(new URL('c/', import.meta.url));

/** Where the compiled programs and the certificate are; git ignores it. */
export const scratch: string = join(projectRoot, '.scratch', 'bench-net');

export type Compiled = { readonly program: string } | { readonly missing: string };

const compiled = new Map<string, Compiled>();

/** The echo server. */
export function epollServer(): Compiled {
  return remember('epoll', ['epoll.c']);
}

/** The load generator. */
export function loadGenerator(): Compiled {
  const files = readdirSync(sources).filter((name) => name.endsWith('.c') && name !== 'epoll.c');
  return remember('load', files);
}

function remember(name: string, files: readonly string[]): Compiled {
  let found = compiled.get(name);
  if (found === undefined) {
    found = compile(name, files);
    compiled.set(name, found);
  }
  return found;
}

function compile(name: string, files: readonly string[]): Compiled {
  const program = join(scratch, name);
  const paths = [...files, 'load.h'].map((file) => join(sources, file));
  const newest = Math.max(...paths.map((path) => statSync(path).mtimeMs));
  if (existsSync(program) && statSync(program).mtimeMs > newest) return { program };
  mkdirSync(scratch, { recursive: true });
  // Another run may be using or making the same program: it appears under its name when it is whole.
  const fresh = `${program}.${process.pid}`;
  const common = ['-O2', '-o', fresh, ...files.map((file) => join(sources, file))];
  const withTls = spawnSync('cc', ['-DWITH_TLS', ...common, '-lssl', '-lcrypto'], { encoding: 'utf8' });
  if (withTls.error !== undefined) return { missing: 'no cc here' };
  const plain = withTls.status === 0 ? withTls : spawnSync('cc', common, { encoding: 'utf8' });
  if (plain.status !== 0) {
    return { missing: `cc did not compile ${name}: ${plain.stderr.split('\n')[0] ?? ''}` };
  }
  renameSync(fresh, program);
  return { program };
}
