// IPv6 addresses with a scope: one tuple on both backends, in and out. They are tried in a network namespace
// whose loopback has a link-local address, since a machine need not have one.

import '../harness.ts';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { backends } from './backends.ts';

const HOST = 'fe80::a5:1';
const NAMESPACE = ['-rn', 'sh', '-c'];
const SETUP = `ip link set lo up && ip addr add ${HOST}/64 dev lo nodad`;

function missing(): string | false {
  if (onDeno) return 'Deno takes no scope';
  const { status, stderr, error } = spawnSync('unshare', [...NAMESPACE, SETUP], { encoding: 'utf8' });
  if (status === 0) return false;
  return `no link-local address can be made (unshare and ip are needed): ${error?.message ?? stderr.trim()}`;
}

const skip = missing();
const scoped = [HOST, 0, 0, 1];
/** Of a socket's own ends Bun does not tell the scope. */
const end = onBun ? [HOST, 0, 0, 0] : scoped;

for (const backend of backends) {
  test(
    `scoped IPv6 addresses: connections, servers and datagrams, by name and by number (${backend})`,
    { skip, timeout: 60_000 },
    () => {
      const program = fileURLToPath(new URL('programs/scoped.ts', import.meta.url));
      const words = [process.execPath, ...commandLine(program), backend, HOST, 'lo'];
      const script = `${SETUP} && exec "$0" "$@"`;
      const seen: unknown = JSON.parse(
        execFileSync('unshare', [...NAMESPACE, script, ...words], { encoding: 'utf8', timeout: 50_000 }),
      );
      const connection = ['hi', end, end, [end, end]];
      assert.deepEqual(seen, {
        getaddrinfo: [HOST, 9, 0, 1],
        listens: end,
        'connected to %name': connection,
        'connected to %number': connection,
        endpoints: [end, end],
        senders: ['plain', 'named', 'tuple', 'name', 'number'].map((text) => [text, scoped]),
        answers: ['back', scoped],
      });
    },
  );
}
