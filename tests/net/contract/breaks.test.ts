// How connections break, on each backend, and CPython as the witness of what the tables say about it.

import '../../harness.ts';
import assert from 'node:assert/strict';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { selectorMissing } from '../backends.ts';
import { playScript } from '../connectionScript.ts';
import { onBackends } from '../onBackends.ts';
import { output, programMissing } from '../programs.ts';
import { breaks } from './breaks.ts';

const onNode22 = process.versions.node.startsWith('22.');

for (const { carrier, level, steps, trace, host, node22 } of breaks) {
  onBackends(
    `${carrier}, ${level}: ${steps}`,
    async (loop, backend) => {
      const got = await playScript(loop, { carrier, level, steps: steps.split(' ') });
      const ofHost = (onNode22 ? node22 : undefined) ?? host ?? trace;
      assert.equal(got.join(' '), backend === 'host' ? ofHost : trace);
    },
    // The peer is a socket of the system's.
    { skip: selectorMissing },
  );
}

test(
  'connectionScript: CPython has the traces that the table says',
  { skip: selectorMissing || programMissing('python3'), timeout: 60_000 },
  async () => {
    const scripts = breaks.map(({ steps, ...rest }) => ({ ...rest, steps: steps.split(' ') }));
    const program = fileURLToPath(new URL('../connectionScript.py', import.meta.url));
    const answer = await output('python3', [program], `${JSON.stringify(scripts)}\n`);
    assert.deepEqual(
      (JSON.parse(answer) as string[][]).map((trace) => trace.join(' ')),
      breaks.map(({ cpython, trace }) => cpython ?? trace),
    );
  },
);
