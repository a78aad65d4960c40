// Which backend a program gets, and that it is told why.

import '../harness.ts';
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { InvalidArgumentError, newEventLoop, run, UnsupportedError } from '../../src/asyncio.ts';
import { getRunningLoop } from '../../src/asyncio.ts';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { selectorMissing } from './backends.ts';

const file = fileURLToPath(new URL('programs/backend.ts', import.meta.url));

interface Answer {
  name: string;
  reason: string;
  line: string;
}

async function backendOf(
  environment: Record<string, string> = {},
  { flags = [], argument = [] }: { flags?: string[]; argument?: string[] } = {},
): Promise<Answer> {
  const args = [...flags, ...commandLine(file), ...argument];
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return JSON.parse(stdout) as Answer;
}

test('loop.backend: the selector where system calls can be made', { skip: selectorMissing }, async () => {
  const { name, reason, line } = await backendOf();
  assert.deepEqual([name, line], ['selector', 'there and back']);
  assert.match(reason, /koffi/);
});

test('loop.backend: ASYNCIO_BACKEND=host asks for the host', async () => {
  const { name, reason, line } = await backendOf({ ASYNCIO_BACKEND: 'host' });
  assert.deepEqual([name, line], ['host', 'there and back']);
  assert.match(reason, /ASYNCIO_BACKEND/);
});

test('loop.backend: a bad ASYNCIO_BACKEND is an error that names it', async () => {
  await assert.rejects(
    backendOf({ ASYNCIO_BACKEND: 'kqueue' }),
    /ASYNCIO_BACKEND must be 'selector' or 'host'/,
  );
});

test(
  'loop.backend: the host with --permission and no addons',
  { skip: selectorMissing || (Number(process.versions.node.split('.')[0]) < 26 && 'needs Node 26') },
  async () => {
    const flags = ['--permission', '--allow-fs-read=*', '--allow-net'];
    const { name, reason } = await backendOf({}, { flags });
    assert.equal(name, 'host');
    assert.match(reason, /--permission/);
  },
);

test('loop.backend: the selector with --permission --allow-addons', { skip: selectorMissing }, async () => {
  const network = Number(process.versions.node.split('.')[0]) < 25 ? [] : ['--allow-net'];
  const flags = ['--permission', '--allow-fs-read=*', '--allow-addons', ...network];
  const { name, line } = await backendOf({}, { flags });
  assert.deepEqual([name, line], ['selector', 'there and back']);
});

test(
  'loop.backend: the host in a worker, which can be terminated while it serves',
  { skip: onBun || onDeno ? 'a worker of Node’s' : false },
  async () => {
    const { name, line } = await backendOf({}, { argument: ['worker'] });
    assert.deepEqual([name, line], ['host', 'there and back']);
  },
);

test('run: the backend option', async () => {
  await run(async () => assert.equal(getRunningLoop().backend.name, 'host'), { backend: 'host' });
});

test('newEventLoop: a bad backend is refused at once', () => {
  assert.throws(() => newEventLoop({ backend: 'kqueue' as 'host' }), InvalidArgumentError);
});

test('addReader: unsupported on the host backend, with the way out in the message', async () => {
  await run(
    async () => {
      assert.throws(
        () => getRunningLoop().addReader(0, () => {}),
        (error) => error instanceof UnsupportedError && /selector backend/.test(error.message),
      );
    },
    { backend: 'host' },
  );
});
