// An example of examples/, as a process of its own, and what to talk to it with.

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import process from 'node:process';
import { openConnection, run } from '../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../src/asyncio.ts';
import { Program } from '../facade/program.ts';
import type { Ending } from '../facade/program.ts';

export const posix: false | string = process.platform === 'win32' ? 'signals are POSIX' : false;

/** Starts examples/NAME.ts. */
export function startExample(
  name: string,
  args: readonly string[] = [],
  env: Record<string, string> = {},
): Program {
  return new Program(new URL(`../../examples/${name}.ts`, import.meta.url), args, env);
}

/** A server among the examples, once it has said where it listens. */
export interface Serving {
  readonly program: Program;
  interrupted: boolean;
  readonly host: string;
  readonly port: number;
}

/** Starts a server on a free port. */
export async function serveExample(
  name: string,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<Serving> {
  const program = startExample(name, ['0', ...args], env);
  await program.printed('\n');
  const [, host = '', port = ''] = /on (?:http:\/\/)?([\d.]+):(\d+)/.exec(program.output) ?? [];
  assert.notEqual(port, '', program.output);
  return { program, interrupted: false, host, port: Number(port) };
}

/** Ctrl-C, once. */
export function interrupt(serving: Serving): void {
  if (serving.interrupted) return;
  serving.interrupted = true;
  serving.program.signal('SIGINT');
}

/** After Ctrl-C it ends with 130, and has nothing to complain about. */
export async function stopExample(serving: Serving): Promise<Ending> {
  interrupt(serving);
  const ending = await serving.program.ended;
  assert.deepEqual([ending.code, ending.signal, ending.stderr], [130, null, '']);
  return ending;
}

/** A connection of our own client. */
export class Client {
  readonly reader: StreamReader;
  readonly writer: StreamWriter;

  constructor(reader: StreamReader, writer: StreamWriter) {
    this.reader = reader;
    this.writer = writer;
  }

  static async connect({ host, port }: Serving): Promise<Client> {
    return new Client(...(await openConnection(host, port)));
  }

  async say(line: string): Promise<void> {
    this.writer.write(Buffer.from(`${line}\n`));
    await this.writer.drain();
  }

  /** Its next line, without its end; empty at the end of the connection. */
  async hear(): Promise<string> {
    return (await this.reader.readline()).toString().trimEnd();
  }

  async leave(): Promise<void> {
    await this.writer[Symbol.asyncDispose]();
  }
}

/** Runs `body` on a loop of this process, against a server that is ended by Ctrl-C afterwards. */
export async function against(name: string, body: (serving: Serving) => Promise<void>): Promise<Ending> {
  const serving = await serveExample(name);
  try {
    await run(() => body(serving), { handleSignals: false });
  } catch (error) {
    serving.program.signal('SIGKILL');
    await serving.program.ended;
    throw error;
  }
  return await stopExample(serving);
}

/** Why `nc` cannot be used: netcat-openbsd, of which `-N` is a mark. */
export const ncMissing: string | false = /\[-[^\]]*N/.test(spawnSync('nc', ['-h']).stderr?.toString() ?? '')
  ? false
  : 'no netcat-openbsd';

/** Feeds `input` to `nc -N`, and resolves to what came back until the server closed. */
export function nc({ host, port }: Serving, input: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('nc', ['-N', host, String(port)], { stdio: ['pipe', 'pipe', 'inherit'] });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', reject);
    child.on('close', () => resolve(output));
    child.stdin.end(input);
  });
}
