// Many clients of an echo server at once, each with a part of its own, and what each of them saw. They are the
// host's sockets: nothing of ours stands on this side.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { Random } from '../../src/testing/random.ts';

const KINDS = ['talks', 'talks', 'floods', 'talks', 'leaves', 'resets'] as const;

/** One line for each client: what it is, what it saw, how it ended. */
export function runClients(port: number, count: number, seed: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => runClient(port, index, seed)));
}

async function runClient(port: number, index: number, seed: number): Promise<string> {
  const random = new Random(seed * 1000 + index);
  const kind = KINDS[index % KINDS.length] as (typeof KINDS)[number];
  const messages = Array.from({ length: 1 + random.int(4) }, () => message(random, index));
  const socket = connect(port, '127.0.0.1');
  const seen = createHash('sha256');
  let bytes = 0;
  const until = await reader(socket, (chunk) => {
    seen.update(chunk);
    bytes += chunk.length;
  });
  let sent = 0;
  if (kind === 'floods') {
    const all = Buffer.concat([...messages, Buffer.alloc(300_000, index)]);
    socket.end(all);
  } else {
    for (const data of messages) {
      socket.write(data);
      sent += data.length;
      await until(() => bytes === sent);
    }
    if (kind === 'talks') socket.end();
    else if (kind === 'leaves') socket.destroy();
    else socket.resetAndDestroy();
  }
  const end = kind === 'talks' || kind === 'floods' ? await until(undefined) : 'left';
  return `${index} ${kind}: ${messages.length} messages, saw ${bytes} bytes ${seen.digest('hex')}, ${end}`;
}

function message(random: Random, index: number): Buffer {
  const bytes = Buffer.alloc(1 + random.int(random.int(8) === 0 ? 20_000 : 200));
  for (let at = 0; at < bytes.length; at++) bytes[at] = (index + at * 7) & 0xff;
  return bytes;
}

type Until = (condition: (() => boolean) | undefined) => Promise<string>;

/** Waits for the connection; what it resolves to waits for a condition, or without one for the end. */
function reader(socket: Socket, take: (chunk: Buffer) => void): Promise<Until> {
  let condition: (() => boolean) | undefined;
  let wake: ((how: string) => void) | undefined;
  let over: string | undefined;
  const ended = (how: string): void => {
    over ??= how;
    wake?.(over);
  };
  socket.on('data', (chunk: Buffer) => {
    take(chunk);
    if (condition?.() === true) wake?.('there');
  });
  socket.on('end', () => ended('end of data'));
  socket.on('error', (error: NodeJS.ErrnoException) => ended(String(error.code)));
  const until: Until = async (wanted) => {
    if (over !== undefined) return over;
    if (wanted?.() === true) return 'there';
    condition = wanted;
    return new Promise((resolve) => (wake = resolve));
  };
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(until));
    socket.once('error', reject);
  });
}
