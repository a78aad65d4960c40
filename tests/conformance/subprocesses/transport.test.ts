// asyncio's SubprocessTestsMixin and SubprocessTransportTests: children by transport and protocol.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inspect } from 'node:util';
import {
  DEVNULL,
  InvalidArgumentError,
  PIPE,
  ProcessLookupError,
  STDOUT,
  SubprocessProtocol,
  SubprocessTransport,
} from '../../../src/asyncio.ts';
import type { EventLoop, Future } from '../../../src/asyncio.ts';
import { onBackends } from '../../net/onBackends.ts';

/** Copies what it is told in lines to its standard output, and what goes wrong to standard error. */
const ECHO = 'while read -r line; do echo "OUT:$line"; echo "ERR:$line" >&2; done';

class Witness extends SubprocessProtocol {
  readonly data: Record<number, string> = { 1: '', 2: '' };
  readonly closed: number[] = [];
  readonly completed: Future<void>;
  readonly exited: Future<void>;
  transport: SubprocessTransport | undefined = undefined;
  #told: (() => void) | undefined = undefined;

  constructor(loop: EventLoop) {
    super();
    this.completed = loop.createFuture<void>();
    this.exited = loop.createFuture<void>();
  }

  override connectionMade(transport: SubprocessTransport): void {
    assert.equal(this.transport, undefined);
    this.transport = transport;
  }

  override pipeDataReceived(fd: number, data: Buffer): void {
    this.data[fd] += String(data);
    this.#told?.();
  }

  override pipeConnectionLost(fd: number, error: unknown): void {
    this.closed.push(fd);
    if (fd !== 0) assert.equal(error, undefined);
  }

  override processExited(): void {
    this.exited.setResult();
  }

  override connectionLost(error: unknown): void {
    assert.equal(error, undefined);
    this.completed.setResult();
  }

  /** Waits until `fd` has said `text`. */
  async heard(loop: EventLoop, fd: number, text: string): Promise<void> {
    while (!this.data[fd]?.includes(text)) {
      const told = loop.createFuture<void>();
      this.#told = () => void (told.done() || told.setResult());
      await told;
    }
  }
}

onBackends('subprocessExec: a child is written to and heard, and close kills it', async (loop) => {
  const [transport, witness] = await loop.subprocessExec(() => new Witness(loop), 'sh', '-c', ECHO);
  assert.ok(transport instanceof SubprocessTransport);
  assert.equal(witness.transport, transport);
  assert.equal(transport.getProtocol(), witness);
  assert.equal(transport.getExtraInfo('subprocess'), transport.getPid());
  transport.getPipeTransport(0)?.write(Buffer.from('Python The Winner\n'));
  await witness.heard(loop, 1, 'OUT:Python The Winner');
  transport.close();
  assert.equal(transport.isClosing(), true);
  await witness.completed;
  assert.equal(transport.getReturncode(), -9);
});

onBackends('subprocessExec: a child is talked to line by line', async (loop) => {
  const [transport, witness] = await loop.subprocessExec(() => new Witness(loop), 'sh', ['-c', ECHO]);
  const stdin = transport.getPipeTransport(0);
  for (const line of ['Python ', 'The Winner']) {
    stdin?.write(Buffer.from(`${line}\n`));
    await witness.heard(loop, 1, `OUT:${line.trim()}`);
    await witness.heard(loop, 2, `ERR:${line.trim()}`);
  }
  stdin?.close();
  await witness.completed;
  assert.equal(transport.getReturncode(), 0);
  assert.deepEqual(
    witness.closed.toSorted((a, b) => a - b),
    [0, 1, 2],
  );
  transport.close();
});

onBackends('subprocessShell: the output and the exit code of a command line', async (loop) => {
  const [transport, witness] = await loop.subprocessShell(() => new Witness(loop), 'echo Python');
  transport.getPipeTransport(0)?.close();
  await witness.completed;
  assert.deepEqual([transport.getReturncode(), witness.data], [0, { 1: 'Python\n', 2: '' }]);
  transport.close();
});

onBackends('subprocessShell: exit code, no pipes, and close after the end', async (loop) => {
  const options = { stdin: 'inherit', stdout: 'inherit', stderr: 'inherit' } as const;
  const [transport, witness] = await loop.subprocessShell(() => new Witness(loop), 'exit 7', options);
  await witness.exited;
  assert.equal(transport.getReturncode(), 7);
  for (const fd of [0, 1, 2, 3]) assert.equal(transport.getPipeTransport(fd), undefined);
  await witness.completed;
  assert.equal(transport.isClosing(), false);
  for (const call of ['kill', 'terminate'] as const)
    assert.throws(() => transport[call](), ProcessLookupError);
  assert.throws(() => transport.sendSignal('SIGTERM'), { code: 'ESRCH', syscall: 'kill' });
  assert.equal(transport.close(), undefined);
});

onBackends('kill, terminate and sendSignal of a transport', async (loop) => {
  const ways = { kill: -9, terminate: -15, sendSignal: -1 } as const;
  for (const [way, returncode] of Object.entries(ways)) {
    const [transport, witness] = await loop.subprocessShell(
      () => new Witness(loop),
      'echo up; exec sleep 3600',
    );
    await witness.heard(loop, 1, 'up');
    (transport[way as keyof typeof ways] as (signal?: string) => void)('SIGHUP');
    await witness.completed;
    assert.equal(transport.getReturncode(), returncode);
    transport.close();
  }
});

onBackends('standard error is a pipe of its own, or with STDOUT the standard output', async (loop) => {
  const [own, apart] = await loop.subprocessShell(() => new Witness(loop), ECHO);
  own.getPipeTransport(0)?.write(Buffer.from('test\n'));
  own.getPipeTransport(0)?.close();
  await apart.completed;
  assert.deepEqual(apart.data, { 1: 'OUT:test\n', 2: 'ERR:test\n' });
  own.close();
  const [joint, together] = await loop.subprocessShell(() => new Witness(loop), ECHO, { stderr: STDOUT });
  assert.equal(joint.getPipeTransport(2), undefined);
  joint.getPipeTransport(0)?.write(Buffer.from('test\n'));
  joint.getPipeTransport(0)?.close();
  await together.completed;
  assert.deepEqual(together.data, { 1: 'OUT:test\nERR:test\n', 2: '' });
  assert.equal(joint.getReturncode(), 0);
  joint.close();
});

onBackends('a child whose output is closed here learns of it', async (loop) => {
  const script = 'trap "" PIPE; read line; echo "$line" || echo broken >&2';
  const [transport, witness] = await loop.subprocessShell(() => new Witness(loop), script);
  transport.getPipeTransport(1)?.close();
  await closedPipe(loop, witness, 1);
  transport.getPipeTransport(0)?.write(Buffer.from('test\n'));
  await witness.heard(loop, 2, 'broken');
  transport.close();
  await witness.completed;
});

onBackends('a child in a session of its own is waited for', async (loop) => {
  const options = { stdin: DEVNULL, stdout: DEVNULL, stderr: DEVNULL, startNewSession: true } as const;
  const [transport, witness] = await loop.subprocessShell(() => new Witness(loop), 'exit 7', options);
  await witness.completed;
  assert.equal(transport.getReturncode(), 7);
  transport.close();
});

onBackends('subprocessExec and subprocessShell refuse arguments that make no sense', async (loop) => {
  const factory = (): SubprocessProtocol => new SubprocessProtocol();
  const exec = loop.subprocessExec.bind(loop) as (...args: unknown[]) => Promise<unknown>;
  const shell = loop.subprocessShell.bind(loop) as (...args: unknown[]) => Promise<unknown>;
  const refused: [typeof exec, ...unknown[]][] = [
    [exec, 'no function', 'true'],
    [exec, factory],
    [exec, factory, 1],
    [exec, factory, ['true']],
    [exec, factory, 'true', 1],
    [exec, factory, 'true', undefined],
    [exec, factory, 'true', null],
    [exec, factory, 'true', {}, 'x'],
    [exec, factory, 'true', ['a'], {}, {}],
    [exec, factory, 'true', ['a'], 'x'],
    [exec, factory, 'true', 'a\0b'],
    [exec, factory, 'true', new URL('http://localhost/')],
    [exec, factory, 'true', { stdin: STDOUT }],
    [exec, factory, 'true', { stdout: STDOUT }],
    [exec, factory, 'true', { stdout: -1 }],
    [exec, factory, 'true', { stdout: 'pipes' }],
    [exec, factory, 'true', { limit: 10 }],
    [exec, factory, 'true', { cwd: 1 }],
    [exec, factory, 'true', { env: 'A=1' }],
    [exec, factory, 'true', { env: { A: 1 } }],
    [exec, factory, 'true', { env: { 'A=': '1' } }],
    [exec, factory, 'true', { startNewSession: 1 }],
    [exec, factory, 'true', { processGroup: 1 }],
    [exec, factory, 'true', { passFds: 3 }],
    [exec, factory, 'true', { passFds: [2] }],
    [exec, factory, 'true', { user: 'root' }],
    [shell, factory, ['ls', '-l']],
    [shell, factory, 123],
    [shell, factory, 'true\0'],
    [shell, factory, 'true', { shell: false }],
    [shell, factory, 'true', { universalNewlines: true }],
    [shell, factory, 'true', { bufsize: 4096 }],
    [shell, factory, 'true', 'x'],
  ];
  for (const [call, ...args] of refused)
    await assert.rejects(call(...args), (error) => error instanceof TypeError, inspect(args));
  await assert.rejects(exec(factory, ''), InvalidArgumentError);
});

onBackends('a transport shows its child and its state', async (loop) => {
  const [transport, witness] = await loop.subprocessShell(() => new Witness(loop), 'read line; exit 6');
  const pid = transport.getPid();
  assert.equal(inspect(transport), `<SubprocessTransport pid=${pid} /bin/sh running>`);
  transport.getPipeTransport(0)?.write(Buffer.from('\n'));
  await witness.completed;
  assert.equal(inspect(transport), `<SubprocessTransport pid=${pid} /bin/sh returncode=6>`);
  transport.close();
  assert.equal(inspect(transport), `<SubprocessTransport closed pid=${pid} /bin/sh returncode=6>`);
  assert.equal(transport.getProtocol(), undefined);
});

onBackends('signals are sent to the child, and a refused one is an error', async (loop) => {
  const [transport, witness] = await loop.subprocessExec(() => new Witness(loop), 'cat', { stdin: PIPE });
  transport.sendSignal(0);
  assert.throws(() => transport.sendSignal('SIGNO' as never), InvalidArgumentError);
  transport.kill();
  await witness.completed;
  transport.close();
});

async function closedPipe(loop: EventLoop, witness: Witness, fd: number): Promise<void> {
  while (!witness.closed.includes(fd)) {
    const turn = loop.createFuture<void>();
    loop.callSoon(() => turn.setResult());
    await turn;
  }
}

test('the methods of SubprocessProtocol do nothing', () => {
  const protocol = new SubprocessProtocol();
  assert.deepEqual(
    [
      protocol.pipeDataReceived(1, Buffer.from('x')),
      protocol.pipeConnectionLost(1, undefined),
      protocol.processExited(),
      protocol.connectionLost(undefined),
    ],
    [undefined, undefined, undefined, undefined],
  );
});
