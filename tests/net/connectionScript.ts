// Scripts over one real connection: what its peer does, what we do, and the trace of what we see. The peer is a
// plain socket whose calls take effect before they return, so that a script has one trace; connectionScript.py
// plays the same under CPython.
//
//   sends:TEXT ends resets closes reads     the peer; a slash stands for a line's end
//   write:TEXT flood writeEof close abort   we; a flood is 16 MiB, more than the system takes
//   pause resume                            reading
//   turn settle                             one iteration of the loop; all that the connection has to tell (`.`)
//   ?                                       whether the transport is closing
//   readline read:N exactly:N until drain   at the level of streams, whose limit is 16 bytes: `=` what came of it
//                                           when all is settled; one that waits is cancelled
//   drops                                   at the level of protocols: eofReceived closes the connection

import { setImmediate as immediate } from 'node:timers/promises';
import {
  AsyncioError,
  createTask,
  IncompleteReadError,
  isCancelled,
  OSError,
  openConnection,
  openUnixConnection,
  Protocol,
  sleep,
} from '../../src/asyncio.ts';
import type { EventLoop, StreamReader, StreamWriter, Transport } from '../../src/asyncio.ts';
import { AF_UNIX, Socket, SO_LINGER, SOL_SOCKET } from '../../src/socket.ts';
import { withSocketPath } from './socketPath.ts';

export interface ConnectionScript {
  readonly carrier: 'tcp' | 'unix';
  readonly level: 'protocol' | 'streams';
  readonly steps: readonly string[];
}

const CHUNK = Buffer.alloc(16 * 1024 * 1024);
const LINGER = new Uint8Array(Int32Array.of(1, 0).buffer);

const names: Readonly<Record<string, string>> = {
  ERR_ASYNCIO_LIMIT_OVERRUN: 'overrun',
  ERR_ASYNCIO_LINE_TOO_LONG: 'too-long',
  ERR_ASYNCIO_USAGE: 'usage',
};

function nameOf(error: unknown): string {
  if (error === undefined) return 'none';
  if (error instanceof IncompleteReadError) return `incomplete(${textOf(error.partial)})`;
  if (error instanceof OSError) return error.code;
  return error instanceof AsyncioError ? (names[error.code] ?? error.code) : `?${typeof error}`;
}

function textOf(data: Uint8Array): string {
  return Buffer.from(data).toString().replaceAll('\n', '/');
}

class ScriptWitness extends Protocol {
  readonly trace: string[];
  readonly keep: boolean;

  constructor(trace: string[], keep: boolean) {
    super();
    this.trace = trace;
    this.keep = keep;
  }

  override dataReceived(data: Buffer): void {
    this.trace.push(`data:${textOf(data)}`);
  }

  override eofReceived(): boolean {
    this.trace.push('eof');
    return this.keep;
  }

  override connectionLost(error: unknown): void {
    this.trace.push(`lost:${nameOf(error)}`);
  }

  override pauseWriting(): void {
    this.trace.push('paused');
  }

  override resumeWriting(): void {
    this.trace.push('resumed');
  }
}

/** Until the loop and the host have told all that the system knows. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 6; turn++) await immediate();
}

interface Played {
  readonly trace: string[];
  readonly transport: Transport;
  readonly peer: Socket;
  readonly reader: StreamReader | undefined;
  readonly writer: StreamWriter | undefined;
}

type Deed = (on: Played, arg: string) => unknown;

const deeds: Readonly<Record<string, Deed>> = {
  drops: () => {},
  sends: ({ peer }, text) => peer.send(Buffer.from(text.replaceAll('/', '\n'))),
  ends: ({ peer }) => peer.shutdown(1),
  resets({ peer }) {
    peer.setsockopt(SOL_SOCKET, SO_LINGER, LINGER);
    peer.close();
  },
  closes: ({ peer }) => peer.close(),
  reads: peerReads,
  write: ({ transport }, text) => transport.write(Buffer.from(text)),
  flood: ({ transport }) => transport.write(CHUNK),
  writeEof: ({ transport }) => transport.writeEof(),
  pause: ({ transport }) => transport.pauseReading(),
  resume: ({ transport }) => transport.resumeReading(),
  close: ({ transport }) => transport.close(),
  abort: ({ transport }) => transport.abort(),
  turn: () => sleep(0),
  async settle({ trace }) {
    await settle();
    trace.push('.');
  },
  '?': ({ trace, transport }) => trace.push(transport.isClosing() ? 'closing' : 'open'),
  drain: (on) => waitFor(on, 'drain', () => on.writer!.drain()),
  readline: (on) => waitFor(on, 'readline', () => on.reader!.readline()),
  exactly: (on, count) => waitFor(on, 'exactly', () => on.reader!.readExactly(Number(count))),
  until: (on) => waitFor(on, 'until', () => on.reader!.readUntil(Buffer.from(';'))),
  read: (on, count) => waitFor(on, 'read', () => on.reader!.read(Number(count))),
};

async function waitFor(
  { trace }: Played,
  word: string,
  start: () => Promise<Buffer | void>,
): Promise<void> {
  const task = createTask(start);
  await settle();
  const waits = !task.done();
  if (waits) task.cancel();
  try {
    const result = await task;
    trace.push(`${word}=${result === undefined ? '' : textOf(result)}`);
  } catch (error) {
    trace.push(isCancelled(error) && waits ? `${word}=waits` : `${word}=!${nameOf(error)}`);
  }
}

async function peerReads({ trace, peer }: Played): Promise<void> {
  const pieces: Buffer[] = [];
  let end = '';
  for (let tries = 0; tries < 2;) {
    try {
      const piece = peer.recv(1 << 20);
      if (piece.length === 0) {
        end = '+eof';
        break;
      }
      pieces.push(piece);
      tries = 0;
    } catch (error) {
      if (!(error instanceof OSError) || error.code !== 'EAGAIN') {
        end = `+${nameOf(error)}`;
        break;
      }
      tries++;
      await settle();
    }
  }
  const data = Buffer.concat(pieces);
  trace.push(`got:${data.length < 100 ? textOf(data) : 'much'}${end}`);
}

/** Plays a script on the running loop, and answers its trace. */
export async function playScript(loop: EventLoop, script: ConnectionScript): Promise<string[]> {
  if (script.carrier === 'tcp') {
    const listener = new Socket();
    listener.bind(['127.0.0.1', 0]);
    return await playOn(loop, script, listener);
  }
  let trace: string[] = [];
  await withSocketPath(async (path) => {
    const listener = new Socket(AF_UNIX);
    listener.bind(path);
    trace = await playOn(loop, script, listener);
  });
  return trace;
}

async function playOn(
  loop: EventLoop,
  { level, steps }: ConnectionScript,
  listener: Socket,
): Promise<string[]> {
  listener.listen();
  const address = listener.getsockname();
  const trace: string[] = [];
  let transport: Transport;
  let streams: [StreamReader, StreamWriter] | undefined;
  if (level === 'streams') {
    const options = { limit: 16 };
    streams =
      typeof address === 'string'
        ? await openUnixConnection(address, options)
        : await openConnection(address[0], address[1], options);
    transport = streams[1].transport;
  } else {
    const make = (): ScriptWitness => new ScriptWitness(trace, !steps.includes('drops'));
    [transport] =
      typeof address === 'string'
        ? await loop.createUnixConnection(make, address)
        : await loop.createConnection(make, address[0], address[1]);
  }
  const [peer] = listener.accept();
  listener.close();
  const on: Played = { trace, transport, peer, reader: streams?.[0], writer: streams?.[1] };
  for (const step of steps) {
    const [word = '', arg = ''] = step.split(':');
    try {
      await (deeds[word] as Deed)(on, arg);
    } catch (error) {
      trace.push(`${word}!${nameOf(error)}`);
    }
  }
  await settle();
  trace.push('.');
  transport.abort();
  peer.close();
  await settle();
  return trace;
}
