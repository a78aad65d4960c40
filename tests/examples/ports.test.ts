// A port that is taken, or is none, is answered with one line, by every example that listens.

import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { run, startServer } from '../../src/asyncio.ts';
import '../harness.ts';
import { certificateFile, keyFile } from '../net/tls/contexts.ts';
import { startExample } from './example.ts';

const tls = [certificateFile('server'), keyFile('server')];
const servers: readonly (readonly [name: string, ...rest: string[]])[] = [
  ['chat-server'],
  ['echo-protocol'],
  ['echo-streams'],
  ['static-file-server'],
  ['tcp-proxy'],
  ['tls-proxy', ...tls],
];

async function answer(name: string, port: string, rest: readonly string[]): Promise<string> {
  const { code, stderr } = await startExample(name, [port, ...rest]).ended;
  assert.equal(code, 1, stderr);
  return stderr;
}

for (const [name, ...rest] of servers) {
  test(`examples: ${name}: one line for a port in use, and for one that is none`, async () => {
    await run(async () => {
      const server = await startServer(() => {}, '127.0.0.1', 0);
      const used = await answer(name, String(server.port), rest);
      assert.match(used, /^(bind|listen) 127\.0\.0\.1:\d+: address already in use, .*\n$/);
      await server.shutdown();
    });
    assert.match(await answer(name, 'abc', rest), /^.*"abc" is neither the number of a port nor .*\n$/);
    assert.equal(
      await answer(name, '99999', rest),
      'port must be a whole number from 0 to 65535, not 99999\n',
    );
  });
}
