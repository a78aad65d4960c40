// Who the peers are here: their command lines, their names with versions, and why one is missing.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findRuntime } from '../../scripts/runtime.mjs';
import { epollServer, spliceProxy } from './compile.ts';
import { rowKey } from './works.ts';
import type { PeerName, Row } from './works.ts';

export interface Command {
  readonly words: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

interface Peer {
  /** As people know it, with its version. */
  readonly label: string;
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

type Missing = { readonly missing: string };

const file = (name: string): string => fileURLToPath(new URL(`peers/${name}`, import.meta.url));
const found = new Map<PeerName, Peer | Missing>();

/** The server of a row; or why there is none here. */
export function commandOf(row: Row, mode: string, target: string): Command | Missing {
  const peer = mode === 'relay' && row.peer === 'c' ? proxy() : find(row.peer);
  if ('missing' in peer) return peer;
  const variant = row.peer === 'c' ? [] : [row.variant ?? ''];
  return { words: [...peer.words, mode, ...variant, target], env: peer.env ?? {} };
}

/** The name of a row for people. */
export function labelOf(row: Row): string {
  const peer = find(row.peer);
  if (!('missing' in peer)) return row.variant === undefined ? peer.label : `${peer.label}, ${row.variant}`;
  return rowKey(row);
}

function find(name: PeerName): Peer | Missing {
  let peer = found.get(name);
  if (peer === undefined) {
    peer = look(name);
    found.set(name, peer);
  }
  return peer;
}

function look(name: PeerName): Peer | Missing {
  switch (name) {
    case 'ours':
      return ours('asyncio-ts', 'selector');
    case 'ours-host':
      return ours('asyncio-ts on node:net', 'host');
    case 'c': {
      const server = epollServer();
      return 'missing' in server ? server : { label: 'C, epoll', words: [server.program] };
    }
    case 'node':
      return { label: 'node:net', words: [...node, file('node.ts')] };
    case 'bun': {
      const bun = findRuntime('bun');
      if (bun === undefined) return { missing: 'no bun here' };
      const version = spawnSync(bun, ['--version'], { encoding: 'utf8' }).stdout.trim();
      return { label: `Bun.listen ${version}`, words: [bun, file('bun.ts')] };
    }
    case 'asyncio':
    case 'uvloop':
    case 'twisted':
      return python(name);
  }
}

function proxy(): Peer | Missing {
  const compiled = spliceProxy();
  return 'missing' in compiled ? compiled : { label: 'C, epoll', words: [compiled.program] };
}

/** The garbage collector on call is for the memory of idle connections. */
const node = [process.execPath, '--expose-gc'];

function ours(label: string, backend: string): Peer | Missing {
  if ((process.env['BENCH_SUBJECT'] ?? '') === '') return { missing: 'there is no src/asyncio.ts yet' };
  return { label, words: [...node, file('ours.ts')], env: { ASYNCIO_BACKEND: backend } };
}

/**
 * `$BENCH_PYTHON`, `python3`, or the system's `/usr/bin/python3`. The first that can import uvloop serves
 * for asyncio too, so that they are compared on one interpreter.
 */
function python(name: 'asyncio' | 'uvloop' | 'twisted'): Peer | Missing {
  const chosen = process.env['BENCH_PYTHON'];
  const programs = chosen === undefined ? ['python3', '/usr/bin/python3'] : [chosen];
  for (const wanted of name === 'asyncio' ? ['uvloop', 'asyncio'] : [name]) {
    for (const program of programs) {
      const args = [file('servers.py'), 'probe', wanted];
      const { status, stdout } = spawnSync(program, args, { encoding: 'utf8' });
      if (status !== 0) continue;
      const { version } = JSON.parse(stdout) as { version: string };
      const label = wanted === name ? version : version.replace(/^.* on /, '');
      return {
        label: `${name === 'twisted' ? 'Twisted' : name} ${label.replace(/^Python (.*)$/, '(Python $1)')}`,
        words: [program, file('servers.py'), name],
      };
    }
  }
  return { missing: `no Python here that can import ${name}` };
}
