// The door to C: koffi, an optional package, loaded when something asks for it for the first time.
//
// Whoever needs system calls goes through `ffi()`; where it is undefined, `ffiMissing()` says why in one
// sentence. Nothing else in the library imports koffi.

import { createRequire } from 'node:module';
import process from 'node:process';
import type koffi from 'koffi';
import { runtime } from '../host/host.ts';

export type Ffi = typeof koffi;
/** A C function; what it takes and returns is in its C declaration. */
export type CFunction = (...args: (number | bigint | Uint8Array | string | null)[]) => number;

// The process has one: looked for once, when first needed.
let loaded: Ffi | undefined;
let missing: string | undefined;

/** koffi, or undefined where it can't be used. */
export function ffi(): Ffi | undefined {
  if (loaded === undefined && missing === undefined) load();
  return loaded;
}

/** Why there is no FFI; undefined where there is. */
export function ffiMissing(): string | undefined {
  ffi();
  return missing;
}

function load(): void {
  const { name, version } = runtime();
  if (name !== 'node') {
    missing = `${name} ${version} has no libuv loop to watch a descriptor with`;
    return;
  }
  if (process.platform !== 'linux') {
    missing = `no selector for ${process.platform} yet`;
    return;
  }
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  if (permission !== undefined && !permission.has('addon')) {
    missing = 'the process runs with --permission and without --allow-addons';
    return;
  }
  try {
    loaded = createRequire(import.meta.url)('koffi') as Ffi;
  } catch (error) {
    missing =
      (error as { code?: string }).code === 'MODULE_NOT_FOUND'
        ? 'the optional package koffi is not installed'
        : `koffi does not load: ${(error as Error).message.split('\n')[0]}`;
  }
}

/** The C library's function with this declaration: `declare('int close(int)')`.
 * @throws when there is no FFI; ask `ffi()` first */
export function declare(declaration: string): CFunction {
  const library = ffi();
  if (library === undefined) throw new Error(`no FFI: ${missing}`);
  return library.load(null).func(declaration) as CFunction;
}

/** The error number of the last call through FFI. Read it right after the call. */
export function errno(): number {
  return (loaded as Ffi).errno();
}
