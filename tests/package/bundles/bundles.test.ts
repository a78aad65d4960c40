// One program through every bundler: no bundler has anything to say about the library, and the bundle runs on each
// runtime, on the host backend when koffi is not beside it and on epoll when it is.

import { strict as assert } from 'node:assert';
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { findRuntime, root } from '../../../scripts/runtime.mjs';
import { missingPeers } from '../../peers.ts';
import { stagePackage } from '../stage.ts';
import { bundlers } from './bundlers.ts';

// Outside of the project, whose node_modules has koffi.
const folder = realpathSync(mkdtempSync(join(tmpdir(), 'bundles-')));
after(() => rmSync(folder, { recursive: true, force: true }));

const program = join(folder, 'program.js');
cpSync(join(import.meta.dirname, 'program.js'), program);
const work = join(folder, 'work.mjs');
cpSync(join(import.meta.dirname, 'work.mjs'), work);
stagePackage(folder);

const certificates = join(root, 'tests', 'net', 'tls', 'certs');
const args = ['server.crt', 'server.key', 'ca.crt'].map((name) => join(certificates, name));
args.push(pathToFileURL(work).href);

const missingRuntime = (name: string): string | false =>
  findRuntime(name) === undefined && `no ${name} here`;

/** Runs a bundle; what it printed. */
async function start(runtime: string, file: string): Promise<Record<string, unknown>> {
  const before = runtime === 'deno' ? ['run', '--allow-all', '--no-config'] : [];
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], DENO_NO_UPDATE_CHECK: '1' };
  const child = spawn(findRuntime(runtime) ?? '', [...before, file, ...args], { cwd: '/', env });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const { promise, resolve } = Promise.withResolvers<number | null>();
  child.on('close', resolve);
  const code = await promise;
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' }, `${runtime} ${file}\n${stdout}`);
  return JSON.parse(stdout) as Record<string, unknown>;
}

const expected = {
  sum: 6,
  timeout: ['cleaned up', true],
  tcp: 'HELLO',
  tls: 'HELLO',
  elsewhere: [49, 'thread', 1, 2, 3, 49, 'process', 1, 2, 3],
  seen: true,
  places: true,
  deadlock: true,
  hour: 3_600_000,
};
const koffi = join(root, 'node_modules', 'koffi');

for (const [index, bundler] of bundlers.entries()) {
  const { peers, tool } = bundler;
  const skip = missingPeers(...peers) || (tool !== undefined && missingRuntime(tool));
  test(`package: the bundle of ${bundler.name} starts`, { skip }, async (t) => {
    const to = join(folder, String(index));
    mkdirSync(to);
    assert.deepEqual(await bundler.bundle(program, to), []);
    const file = join(to, bundler.start);
    for (const runtime of bundler.runtimes) {
      if (findRuntime(runtime) === undefined) {
        t.diagnostic(`no ${runtime} here`);
        continue;
      }
      const { backend, ...rest } = await start(runtime, file);
      assert.deepEqual(rest, expected);
      assert.equal((backend as { name: string }).name, 'host');
    }
    if (process.platform !== 'linux' || !existsSync(koffi)) return t.diagnostic('no koffi here');
    mkdirSync(join(to, 'node_modules'));
    symlinkSync(koffi, join(to, 'node_modules', 'koffi'));
    for (const runtime of bundler.runtimes) {
      if (!runtime.startsWith('node') || findRuntime(runtime) === undefined) continue;
      const { backend, ...rest } = await start(runtime, file);
      assert.deepEqual(rest, expected);
      assert.deepEqual(backend, { name: 'selector', reason: 'epoll through koffi works here' });
    }
  });
}
