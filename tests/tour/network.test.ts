// The network part of the tour: the real program with its server and clients, what stops it, and what it says
// where the system has no room for it.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTask, gather, isCancelled, openConnection, run, sleep } from '../../src/asyncio.ts';
import { parseArguments } from '../../tour/arguments.ts';
import { realFileSystem } from '../../tour/fileSystem.ts';
import type { FileSystem } from '../../tour/fileSystem.ts';
import { host, listen } from '../../tour/lineServer.ts';
import { checkOpenFiles } from '../../tour/openFiles.ts';
import { Progress } from '../../tour/progress.ts';
import { noStyle } from '../../tour/style.ts';
import { tour } from '../../tour/tour.ts';
import { backends } from '../net/backends.ts';
import { inspect, manyFiles, newFolder, runTour, startTour } from './folders.ts';

const posix = process.platform !== 'win32';

for (const backend of backends) {
  test(`five hundred clients get the same answers in turn and at once (${backend})`, async () => {
    const folder = newFolder(manyFiles(300));
    const args = [folder, '--db', join(newFolder(), 'x.sqlite'), '--clients', '500'];
    const { code, stdout, stderr } = await runTour(args, { env: { ASYNCIO_BACKEND: backend } });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^Network {2}500 clients of a TCP server, 2,000 questions$/m);
    assert.match(stdout, /^in turn .*\nat once .*\nspeed-up +\d+\.\d ×$/m);
    assert.match(stdout, /All 2,000 answers were the same in both passes and what the database has\./);
    assert.match(stdout, new RegExp(`Sockets of the ${backend} backend: ASYNCIO_BACKEND asks for it\\.`));
    for (const way of ['in turn', 'at once']) {
      assert.match(stderr, new RegExp(`^${way}: 2,000 answers in .*, 500 clients$`, 'm'));
    }
    assert.doesNotMatch(stdout + stderr, /NaN|Infinity|Error/);
  });
}

test('one pass alone, few files, names that are no text', async () => {
  const folder = newFolder({ 'a\nb.txt': 'odd', empty: '', 'large.bin': 'x'.repeat(100_000) });
  const args = [folder, '--db', join(newFolder(), 'x.sqlite'), '--clients=3', '--passes=concurrent'];
  const { code, stdout, stderr } = await runTour(args);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /Network {2}3 clients of a TCP server, 12 questions/);
  assert.match(stdout, /All 12 answers were what the database has\./);
  assert.doesNotMatch(stdout, /in turn|speed-up/);
});

test('where there is nothing to ask, there is no network part', async () => {
  const args = [newFolder(), '--db', join(newFolder(), 'x.sqlite'), '--clients=500'];
  const { code, stdout, stderr } = await runTour(args);
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stdout, /Network/);
});

test('the server answers to nobody for what was not listed, and outlives bad clients', async () => {
  const folder = newFolder({ one: '1' });
  await run(async () => {
    const server = await listen(parseArguments([folder, '--clients=5'], '/', '/'));
    const files = [{ path: 'one', location: join(folder, 'one') }];
    await server.open({ fs: realFileSystem, files, costs: { hashing: 0, storing: 0 } });
    const ask = async (line: string): Promise<string> => {
      const [reader, writer] = await openConnection(host, server.port);
      writer.write(Buffer.from(line));
      writer.writeEof();
      const answer = await reader.read();
      writer.close();
      await writer.waitClosed();
      return answer.toString();
    };
    assert.match(await ask('0\n'), /^1 6b86b273ff34[0-9a-f]{52}\n$/);
    for (const line of ['1\n', '-1\n', '0.5\n', '../../etc/passwd\n', '1e999\n']) {
      assert.equal(await ask(line), 'error no such file\n', line);
    }
    assert.equal(await ask(`${'x'.repeat(5000)}`), '');
    rmSync(join(folder, 'one'));
    assert.equal(await ask('0\n'), 'error ENOENT\n');
    await server.shutdown();
  });
});

/** A disk on which nothing more can be read once so many files were opened. */
function stuckAfter(n: number): { fs: FileSystem; stuck: () => number } {
  let [opened, stuck] = [0, 0];
  const fs: FileSystem = {
    ...realFileSystem,
    open: async (path) => {
      const handle = await realFileSystem.open(path);
      if ((opened += 1) <= n) return handle;
      stuck += 1;
      return {
        stat: () => handle.stat(),
        read: () => new Promise(() => {}),
        close: () => handle.close(),
      };
    },
  };
  return { fs, stuck: () => stuck };
}

for (const backend of backends) {
  for (const [pass, waiting] of [
    ['sequential', 1],
    ['concurrent', 8],
  ] as const) {
    test(`cancelled in the ${pass} asking: clients and server end, the passes stay (${backend})`, async () => {
      const folder = newFolder(manyFiles(100));
      const db = join(newFolder(), 'x.sqlite');
      const disk = stuckAfter(100 + 250);
      const more = ['--no-warm', '--clients=100', '--limit=8', `--passes=${pass}`];
      const args = parseArguments([folder, '--db', db, ...more], '/', '/');
      let report = '';
      let error: unknown;
      await run(
        async () => {
          const task = createTask(() =>
            tour(args, {
              fs: disk.fs,
              progress: new Progress({ write: () => {} }, false, noStyle),
              page: { width: 80, style: noStyle },
              print: (lines) => void (report += lines.join('\n')),
              atExit: () => () => {},
              cwd: '/',
            }),
          );
          while (!task.done() && disk.stuck() < waiting) await sleep(5);
          task.cancel();
          [error] = await gather([task], { returnExceptions: true });
        },
        { backend },
      );
      assert.ok(isCancelled(error), String(error));
      assert.match(report, /^\nStopped while asking the server (in turn|at once)\.\n/);
      assert.match(report, / {2}(in turn|at once) {7}\d+ of 400 answers came\n/);
      const { integrity, passes } = inspect(db);
      assert.equal(integrity, 'ok');
      assert.equal(passes[pass]?.['state'], 'done');
    });
  }
}

test('Ctrl-C while the clients ask: exit code 130, nothing frightening', { skip: !posix }, async () => {
  const folder = newFolder(manyFiles(500));
  const db = join(newFolder(), 'x.sqlite');
  for (const seen of ['concurrently: 500 files', 'in turn: 1,600 answers']) {
    const started = startTour([folder, '--db', db, '--no-warm', '--clients=400']);
    await started.seen(seen);
    await new Promise((resolve) => setTimeout(resolve, 60));
    started.child.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    assert.equal(code, 130, stdout + stderr);
    assert.match(stdout, /^\nStopped while asking the server/);
    assert.match(stdout, /integrity ok/);
    assert.doesNotMatch(stderr, /Error|at .*\.ts/);
  }
});

test('a port that is taken: one sentence at once, exit code 2', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const db = join(newFolder(), 'x.sqlite');
  for (const backend of backends) {
    const args = [newFolder(manyFiles(3)), '--db', db, '--clients=5', `--port=${port}`];
    const { code, stdout, stderr } = await runTour(args, { env: { ASYNCIO_BACKEND: backend } });
    assert.deepEqual([code, stdout], [2, '']);
    assert.equal(
      stderr,
      `tour: port ${port} of 127.0.0.1 is taken by another program: ` +
        'take another (--port), or any that is free.\n',
    );
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a port that needs permission: one sentence, exit code 2', { skip: !posix }, async (t) => {
  const nobody = process.getuid?.() === 0 ? 65_534 : undefined;
  if (firstFreePort() <= 1 || (nobody !== undefined && !othersMayRun()))
    return t.skip('every port is free');
  const [folder, place] = [newFolder(manyFiles(3)), newFolder()];
  chmodSync(folder, 0o755);
  chmodSync(place, 0o777);
  const args = [folder, '--db', join(place, 'x.sqlite'), '--clients=5', '--port=1'];
  const { code, stderr } = await runTour(args, nobody === undefined ? {} : { uid: nobody });
  assert.equal(code, 2, stderr);
  assert.equal(stderr, 'tour: no permission to listen on port 1 of 127.0.0.1: take one from 1024 on.\n');
});

test('a backend that is none: one sentence, exit code 2', async () => {
  const args = [newFolder(manyFiles(3)), '--db', join(newFolder(), 'x.sqlite'), '--clients=5'];
  const { code, stderr } = await runTour(args, { env: { ASYNCIO_BACKEND: 'epoll' } });
  assert.equal(code, 2);
  assert.match(stderr, /^tour: ASYNCIO_BACKEND must be 'selector' or 'host', not "epoll"\.\n$/);
});

test('too few descriptors: said before the work, exit code 2', { skip: !posix }, async () => {
  const args = [newFolder(manyFiles(3)), '--db', join(newFolder(), 'x.sqlite')];
  const { code, stdout, stderr } = await runTour([...args, '--clients=500'], { shell: 'ulimit -n 64' });
  assert.deepEqual([code, stdout], [2, ''], stderr);
  assert.match(stderr, /^tour: 500 clients and their server need .*open files.*\(ulimit -n \d+\).*\.\n$/);
  assert.equal(stderr.split('\n').length, 2);
  const fewer = [...args, '--clients=5', '--limit=8'];
  const enough = await runTour(fewer, { shell: 'ulimit -n 64' });
  assert.equal(enough.code, 0, enough.stderr);
});

test('the sentence names what is needed and what there is, where the system tells', () => {
  checkOpenFiles({ clients: 500, limit: 32 }, 1072);
  checkOpenFiles({ clients: 500, limit: 32 }, undefined);
  checkOpenFiles({ clients: 0, limit: 5000 }, 64);
  assert.throws(
    () => checkOpenFiles({ clients: 500, limit: 32 }, 64),
    /^UserError: 500 clients and their server need 1,072 open files, and this process may have only 64: raise/,
  );
});

function firstFreePort(): number {
  try {
    return Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8'));
  } catch {
    return 1024;
  }
}

/** Whether users other than root can start this project's program. */
function othersMayRun(): boolean {
  try {
    execFileSync(process.execPath, ['--eval', ''], { uid: 65_534, gid: 65_534, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
