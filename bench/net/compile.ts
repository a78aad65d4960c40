// The programs in C: compiled when they are needed and their sources are newer, into the scratch folder.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectRoot } from '../subject.ts';

const sources = fileURLToPath(new URL('c/', import.meta.url));

/** Where the compiled programs and the certificate are; git ignores it. */
export const scratch: string = join(projectRoot, '.scratch', 'bench-net');

export type Compiled = { readonly program: string; readonly tls: boolean } | { readonly missing: string };

/** What is not the load generator's. */
const servers: ReadonlySet<string> = new Set(['epoll.c', 'splice.c']);

const compiled = new Map<string, Compiled>();

/** The echo server. */
export function epollServer(): Compiled {
  return remember('epoll', ['epoll.c']);
}

/** The proxy. */
export function spliceProxy(): Compiled {
  return remember('splice', ['splice.c']);
}

/** The load generator. */
export function loadGenerator(): Compiled {
  const files = readdirSync(sources).filter((name) => name.endsWith('.c') && !servers.has(name));
  return remember('load', files);
}

/** A program of one of the other benchmarks, from these files. */
export function compileC(name: string, paths: readonly string[]): Compiled {
  let found = compiled.get(name);
  if (found === undefined) {
    found = compile(name, paths);
    compiled.set(name, found);
  }
  return found;
}

function remember(name: string, files: readonly string[]): Compiled {
  return compileC(
    name,
    files.map((file) => join(sources, file)),
  );
}

/** The compiler; `BENCH_CC=` (empty) does as if there were none. */
const compiler = process.env['BENCH_CC'] ?? 'cc';

function compile(name: string, paths: readonly string[]): Compiled {
  if (compiler === '') return { missing: 'BENCH_CC is empty' };
  const newest = Math.max(...[...paths, join(sources, 'load.h')].map((path) => statSync(path).mtimeMs));
  const [full, plain] = [join(scratch, name), join(scratch, `${name}-plain`)];
  for (const program of [full, plain]) {
    if (existsSync(program) && statSync(program).mtimeMs > newest)
      return { program, tls: program === full };
  }
  mkdirSync(scratch, { recursive: true });
  let complaint = '';
  for (const program of [full, plain]) {
    // Another run may be using or making the same program: it appears under its name when it is whole.
    const fresh = `${program}.${process.pid}`;
    const tls = program === full ? ['-DWITH_TLS', ...paths, '-lssl', '-lcrypto'] : paths;
    const result = spawnSync(compiler, ['-O2', '-o', fresh, ...tls], { encoding: 'utf8' });
    if (result.error !== undefined) return { missing: `no ${compiler} here` };
    if (result.status === 0) {
      renameSync(fresh, program);
      return { program, tls: program === full };
    }
    complaint = result.stderr.split('\n').find((line) => line.includes('error')) ?? '';
  }
  return { missing: `${compiler} did not compile ${name}: ${complaint}` };
}
