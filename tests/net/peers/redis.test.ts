// redis-server by its line protocol, with nothing but readline and readExactly.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import {
  interruptible,
  openConnection,
  openUnixConnection,
  startServer,
  taskGroup,
} from '../../../src/asyncio.ts';
import type { Stream } from '../../../src/asyncio.ts';
import { onBackends } from '../onBackends.ts';
import { programMissing } from '../programs.ts';
import { withSocketPath } from '../socketPath.ts';

type Reply = string | number | null | Error | Reply[];

/** A connection to Redis: requests out, replies in, in the same order. */
class Redis {
  readonly #stream: Stream;
  constructor(stream: Stream) {
    this.#stream = stream;
  }

  async ask(...words: string[]): Promise<Reply> {
    this.send(...words);
    return await this.reply();
  }

  send(...words: string[]): void {
    const parts = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`);
    this.#stream[1].write(Buffer.from(`*${words.length}\r\n${parts.join('')}`));
  }

  async reply(): Promise<Reply> {
    const [reader] = this.#stream;
    const line = (await reader.readline()).toString();
    assert.match(line, /\r\n$/);
    const rest = line.slice(1, -2);
    switch (line[0]) {
      case '+':
        return rest;
      case '-':
        return new Error(rest);
      case ':':
        return Number(rest);
      case '$': {
        if (rest === '-1') return null;
        const bytes = await reader.readExactly(Number(rest) + 2);
        return bytes.toString('utf8', 0, bytes.length - 2);
      }
      case '*': {
        const items: Reply[] = [];
        for (let left = Number(rest); left > 0; left--) items.push(await this.reply());
        return items;
      }
      default:
        return assert.fail(`not a reply: ${JSON.stringify(line)}`);
    }
  }

  async close(): Promise<void> {
    const [, writer] = this.#stream;
    writer.close();
    await writer.waitClosed();
  }
}

/** Runs a Redis of its own for the time of `body`. */
async function withRedis(body: (port: number, path: string) => Promise<unknown>): Promise<void> {
  const probe = await startServer(() => {}, '127.0.0.1', 0);
  const port = Number(probe.sockets[0]?.getsockname()[1]);
  await probe.shutdown();
  await withSocketPath(async (path) => {
    const options = {
      port,
      bind: '127.0.0.1',
      unixsocket: path,
      save: '',
      appendonly: 'no',
      daemonize: 'no',
    };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
    const gone = once(child, 'close');
    const lines = createInterface({ input: child.stdout });
    try {
      await interruptible(
        new Promise<void>((resolve, reject) => {
          lines.on('line', (line) => {
            if (line.includes('accept connections at')) resolve();
          });
          void gone.then(() => reject(new Error('redis-server ended')));
        }),
      );
      await body(port, path);
    } finally {
      child.kill('SIGTERM');
      await gone;
      lines.close();
    }
  });
}

onBackends(
  'Redis, by TCP and by its Unix socket: replies of every kind, pipelined, large, to many at once',
  () =>
    withRedis(async (port, path) => {
      for (const dial of [() => openConnection('127.0.0.1', port), () => openUnixConnection(path)]) {
        const redis = new Redis(await dial());
        assert.equal(await redis.ask('PING'), 'PONG');
        assert.equal(await redis.ask('SET', 'greeting', 'hello\r\nthere'), 'OK');
        assert.equal(await redis.ask('GET', 'greeting'), 'hello\r\nthere');
        assert.equal(await redis.ask('GET', 'nothing'), null);
        assert.match(String(await redis.ask('INCR', 'greeting')), /ERR/);
        const big = 'ä'.repeat(1 << 20);
        await redis.ask('SET', 'big', big);
        assert.equal(await redis.ask('GET', 'big'), big);
        await redis.ask('DEL', 'count', 'list');
        for (let number = 1; number <= 1000; number++) redis.send('INCR', 'count');
        for (let number = 1; number <= 1000; number++) assert.equal(await redis.reply(), number);
        await redis.ask('RPUSH', 'list', 'a', '', 'c');
        assert.deepEqual(await redis.ask('LRANGE', 'list', '0', '-1'), ['a', '', 'c']);
        const crowd = await Promise.all(Array.from({ length: 50 }, async () => new Redis(await dial())));
        await taskGroup(async (group) => {
          for (const each of crowd) {
            group.startSoon(async () => {
              for (let round = 0; round < 20; round++) await each.ask('INCR', 'count');
              await each.close();
            });
          }
        });
        assert.equal(await redis.ask('GET', 'count'), '2000');
        await redis.close();
      }
    }),
  { skip: programMissing('redis-server'), timeout: 30_000 },
);
