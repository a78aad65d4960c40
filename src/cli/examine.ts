// The checks of `asyncio doctor`.

import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import { chooseBackend, hostAwaitsNatively, runtime } from '../lowlevel.ts';
import { stripsTypes } from './typeStripping.ts';

/** `slow` works with a cost; `missing` is a part that is not there; `broken` keeps the library from working. */
export type Status = 'ok' | 'slow' | 'missing' | 'broken';

export interface Check {
  readonly name: string;
  readonly status: Status;
  readonly found: string;
  /** What to do about it, or what it means; for all but `ok`. */
  readonly why?: string;
}

export async function examine(): Promise<Check[]> {
  return [
    checkRuntime(),
    checkTypes(),
    await checkAwait(),
    checkStorage(),
    checkExit(),
    checkSignals(),
    checkBackend(),
  ];
}

const NAMES = { node: 'Node', bun: 'Bun', deno: 'Deno' };

function nodeVersion(): [major: number, minor: number] {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return [major, minor];
}

function checkRuntime(): Check {
  const { name, version } = runtime();
  const found = `${NAMES[name]} ${version} on ${process.platform} ${process.arch}`;
  const [major, minor] = nodeVersion();
  if (name !== 'node' || major > 22 || (major === 22 && minor >= 12))
    return { name: 'runtime', status: 'ok', found };
  return { name: 'runtime', status: 'broken', found, why: 'Node 22.12 or later is needed.' };
}

function checkTypes(): Check {
  if (stripsTypes())
    return { name: 'TypeScript', status: 'ok', found: 'files run as they are, types removed' };
  return {
    name: 'TypeScript',
    status: 'slow',
    found: 'only with --experimental-strip-types',
    why: '"asyncio run FILE.ts" starts Node again with that flag; Node 22.18 and later need none.',
  };
}

async function checkAwait(): Promise<Check> {
  if (await hostAwaitsNatively())
    return { name: 'await', status: 'ok', found: 'native: a cancel reaches every await' };
  return {
    name: 'await',
    status: 'broken',
    found: 'compiled away: a cancel cannot interrupt an await',
    why: 'Compile for ES2017 or later (tsconfig "target"), the library as well as the program.',
  };
}

function checkStorage(): Check {
  const name = 'context storage';
  if (runtime().name !== 'node') return { name, status: 'ok', found: "the host's own" };
  const [major] = nodeVersion();
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(' ')];
  const frame =
    major >= 24
      ? !flags.includes('--no-async-context-frame')
      : flags.includes('--experimental-async-context-frame');
  if (frame) return { name, status: 'ok', found: 'AsyncContextFrame' };
  return {
    name,
    status: 'slow',
    found: 'async_hooks: each await costs about three times as much',
    why:
      major >= 24
        ? 'Start Node without --no-async-context-frame.'
        : 'Node 24 and later have AsyncContextFrame; on 22 try --experimental-async-context-frame.',
  };
}

function checkExit(): Check {
  const name = 'deadlock report';
  if (runtime().name === 'node')
    return { name, status: 'ok', found: 'at exit, when tasks still wait; and for cycles while running' };
  return {
    name,
    status: 'missing',
    found: 'for cycles while running only',
    why: 'This runtime does not tell when a program would exit while a module waits at its top level.',
  };
}

function checkSignals(): Check {
  if (isMainThread) return { name: 'signals', status: 'ok', found: 'SIGINT and SIGTERM cancel main' };
  return { name: 'signals', status: 'missing', found: 'none', why: 'Only the main thread gets signals.' };
}

function checkBackend(): Check {
  const name = 'network';
  try {
    const { name: backend, reason } = chooseBackend();
    if (backend === 'selector')
      return { name, status: 'ok', found: `selector backend: our own epoll set (${reason})` };
    return {
      name,
      status: 'slow',
      found: `host backend: the runtime's own sockets (${reason})`,
      why: 'Everything but descriptors works (addReader, sock…); on Linux Node with koffi does more and faster.',
    };
  } catch (error) {
    return { name, status: 'broken', found: 'none', why: `${(error as Error).message}.` };
  }
}
