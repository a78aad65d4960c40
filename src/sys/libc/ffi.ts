// The door to C: koffi, an optional package, loaded when something asks for it for the first time.
//
// Whoever needs system calls goes through `ffi()`; where it is undefined, `ffiMissing()` says why in one
// sentence. Nothing else in the library imports koffi.

import process from 'node:process';
import type koffi from 'koffi';
import { runtime } from '../host/host.ts';
import { ownFile } from '../host/ownFile.ts';

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
  // Beside the library, or the program that it was bundled into; a program that is text until it runs has no place.
  for (const place of [ownFile(), process.argv[1]]) {
    if (place !== undefined && /^(?:\/|file:)/.test(place) && loadFrom(place)) return;
  }
  missing ??= 'the optional package koffi is not installed';
}

/** False where it is not found. Not by an import of createRequire: bundlers take that for an order to bundle what is
 * required, and webpack breaks the call where it does not understand it. koffi can't be bundled, its machine code
 * is a file of its own. */
function loadFrom(place: string): boolean {
  try {
    loaded = process.getBuiltinModule('node:module').createRequire(place)('koffi') as Ffi;
  } catch (error) {
    if ((error as { code?: string }).code === 'MODULE_NOT_FOUND') return false;
    missing = `koffi does not load: ${(error as Error).message.split('\n')[0]}`;
  }
  return true;
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
