// A real Redis for tests, one for each file that asks for it:
//
//   const redis = startRedis();                  // at the top of the file; `before` starts it, `after` ends it
//   test('…', needsRedis, async () => { … redis.url … });
//
// Where no server is installed, `needsRedis` skips the test by name and says what is missing. The server listens on a
// free port of 127.0.0.1, keeps nothing on the disk, and dies with the process that started it.

import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import process from 'node:process';
import { after, before } from 'node:test';
import { setTimeout } from 'node:timers/promises';

const found = spawnSync('redis-server', ['--version']).status === 0;

/** Options for a test that needs a server: it is skipped, with the reason, where none is installed. */
export const needsRedis: { readonly skip: string | false } = {
  skip: !found && 'needs a Redis server: apt install redis-server',
};

/** A server for the tests of this file: it is started before the first of them and ends after the last. */
export function startRedis(): RedisServer {
  const server = new RedisServer();
  if (!found) return server;
  before(() => server.start());
  after(() => server.stop());
  return server;
}

export class RedisServer {
  #child: ChildProcess | undefined;
  #port = 0;

  get url(): string {
    return `redis://127.0.0.1:${this.#port}`;
  }

  /** Starts it, the first time or after a stop: on the same port. */
  async start(): Promise<void> {
    if (this.#port === 0) this.#port = await freePort();
    const options = ['--port', `${this.#port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
    // setpriv --pdeathsig: the server ends when these tests are killed.
    const command = ['setpriv', '--pdeathsig', 'KILL', 'redis-server', ...options];
    this.#child = spawn(command[0] as string, command.slice(1), { stdio: 'ignore', cwd: tmpdir() });
    this.#child.unref();
    while (!(await answers(this.#port)));
  }

  async stop(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.signal('SIGKILL');
    this.#child = undefined;
    while (isAlive(child)) await setTimeout(5);
  }

  /** Stops it so that connections stand and nobody answers, until `resume`. */
  pause(): void {
    this.signal('SIGSTOP');
  }

  resume(): void {
    this.signal('SIGCONT');
  }

  signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid;
    if (pid !== undefined) process.kill(pid, signal);
  }
}

/** Whether it runs; one that was not yet waited for has ended. */
function isAlive({ pid }: ChildProcess): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

/** Whether it replies to a PING. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString().startsWith('+PONG'));
    });
    socket.once('error', () => void setTimeout(5).then(() => resolve(false)));
  });
}
