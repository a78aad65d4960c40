// A small attack of every kind, always with the same seeds; `npm run attack` plays as many rounds as one likes.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import process from 'node:process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import '../harness.ts';
import { commandLine, onBun, onDeno } from '../commandLine.ts';
import { declaredCalls } from './declared.ts';
import { attackNames } from './round.ts';

const PARTS: Readonly<Record<string, number>> = { arguments: 12, places: 4, network: 8, clients: 8 };
const elsewhere = onBun || onDeno ? 'the attack is on what Node does' : false;

async function attack(...args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(
    process.execPath,
    [...commandLine(fileURLToPath(new URL('./main.ts', import.meta.url)), { gc: true }), ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const { promise, resolve } = Promise.withResolvers<number>();
  child.on('close', (code) => resolve(code ?? -1));
  return { code: await promise, text };
}

for (const only of attackNames) {
  test(
    `attack, ${only}: no crash, no uncaught error, no loop that stops, nothing left behind`,
    { skip: elsewhere },
    async () => {
      const { code, text } = await attack('--seed=1', `--rounds=${PARTS[only]}`, `--only=${only}`);
      assert.equal(code, 0, text);
    },
  );
}

test('attack: refuses options that make no sense', { skip: elsewhere }, async () => {
  assert.equal((await attack('--only=nothing')).code, 2);
  assert.equal((await attack('--rounds=0')).code, 2);
});

test('declaredCalls: sees functions, classes, inherited methods and parameters, and nothing internal', () => {
  const calls = declaredCalls('asyncio.ts');
  const find = (name: string, member: string) =>
    calls.find((call) => call.name === name && call.member === member);
  assert.deepEqual(
    find('sleep', '')?.parameters.map(({ name, type }) => `${name}: ${type}`),
    ['delay: Duration'],
  );
  assert.equal(find('EventLoop', 'callSoon')?.kind, 'method');
  assert.equal(find('EventLoop', 'addReader')?.parameters[0]?.type, 'Descriptor');
  assert.equal(find('CancelScope', 'effectiveLevel'), undefined);
  assert.ok(calls.length > 300);
});
