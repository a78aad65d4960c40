// The echo servers on select, poll and epoll, as programs of their own: against the same program in Python,
// against nc, and seen by strace.

import '../harness.ts';
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { commandLine } from '../commandLine.ts';
import { selectorMissing } from '../net/backends.ts';
import { output, programMissing, startServing } from '../net/programs.ts';
import type { ServingProgram } from '../net/programs.ts';
import { runClients } from './echoClients.ts';

const CLIENTS = 500;
const SEED = 20_26;

const servers = [
  { name: 'SelectSelector', file: 'select-echo.ts', calls: ['select', 'pselect6'] },
  { name: 'PollSelector', file: 'poll-echo.ts', calls: ['poll', 'ppoll'] },
  { name: 'EpollSelector', file: 'epoll-echo.ts', calls: ['epoll_wait', 'epoll_pwait'] },
] as const;

const folder = join(import.meta.dirname, '..', '..', 'examples', 'selectors');
const allCalls = servers.flatMap(({ calls }) => calls);

/** The server's program with its arguments, behind those of another that runs it. */
function serve(file: string, before: readonly string[] = []): Promise<ServingProgram> {
  const [command, ...args] = [...before, process.execPath, ...commandLine(join(folder, file)), '0'];
  return startServing(command, args);
}

async function during<T>(
  serving: Promise<ServingProgram>,
  body: (server: ServingProgram) => Promise<T>,
): Promise<T> {
  const server = await serving;
  try {
    return await body(server);
  } finally {
    await server.stop();
  }
}

const withoutPort = ({ firstLine }: ServingProgram): string => firstLine.replace(/:\d+/, ':…');

for (const { name, file, calls } of servers) {
  test(
    `${name}: 500 clients of the echo server see what they see of the same program under Python`,
    {
      skip: selectorMissing || programMissing('python3'),
      timeout: 110_000,
    },
    async () => {
      const see = async (server: ServingProgram): Promise<string[]> => [
        withoutPort(server),
        ...(await runClients(server.port, CLIENTS, SEED)),
      ];
      const ours = await during(serve(file), see);
      const script = join(import.meta.dirname, 'echo.py');
      const python = await during(startServing('python3', [script, name]), see);
      assert.equal(ours.length, CLIENTS + 1);
      assert.deepEqual(ours, python);
      assert.match(ours[0] as string, new RegExp(name));
    },
  );

  test(
    `${name}: nc gets its lines back from the echo server`,
    {
      skip: selectorMissing || programMissing('nc.openbsd'),
      timeout: 30_000,
    },
    () =>
      during(serve(file), async ({ port }) => {
        const lines = Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join('');
        assert.equal(await output('nc.openbsd', ['-N', '127.0.0.1', String(port)], lines), lines);
      }),
  );

  test(
    `${name}: strace sees the echo server wait in ${calls[0]}`,
    {
      skip: selectorMissing || programMissing('strace'),
      timeout: 60_000,
    },
    async () => {
      const scratch = mkdtempSync(join(tmpdir(), 'asyncio-strace-'));
      try {
        const trace = join(scratch, 'trace');
        const strace = ['strace', '-I2', '-f', '-e', `trace=${allCalls.join(',')}`, '-o', trace];
        await during(serve(file, strace), async ({ port }) => {
          await runClients(port, 60, SEED);
        });
        assertWaitsIn(readFileSync(trace, 'utf8'), calls);
      } finally {
        rmSync(scratch, { recursive: true, force: true });
      }
    },
  );
}

/** Once it serves, the program's own thread makes these calls and none of the other kinds; the host's loop does
 * not run any more. */
function assertWaitsIn(trace: string, wanted: readonly string[]): void {
  const counts = new Map<string, number>();
  const others = new Set<string>();
  for (const line of trace.split('\n')) {
    const [, call = '', args = ''] = /^\d+ +(\w+)\((.*)/.exec(line) ?? [];
    if (call === '') continue;
    const kind = wanted.includes(call);
    counts.set(call, (counts.get(call) ?? 0) + 1);
    if (!kind && (counts.get(wanted[0] as string) ?? 0) + (counts.get(wanted[1] as string) ?? 0) > 5)
      others.add(`${call}(${args}`);
  }
  const own = wanted.reduce((sum, call) => sum + (counts.get(call) ?? 0), 0);
  assert.ok(own >= 60, `only ${own} calls of ${wanted.join(' or ')}: ${JSON.stringify([...counts])}`);
  assert.deepEqual([...others], []);
}
