// `asyncio doctor`: what of this machine the library uses, what is missing, and why that matters.

import { styleText } from 'node:util';
import process from 'node:process';
import { examine } from './examine.ts';
import type { Check, Status } from './examine.ts';
import { helpText } from './help.ts';
import { readArguments } from './readArguments.ts';
import { packageVersion } from './version.ts';

const MARKS: Record<Status, string> = { ok: '✔', slow: '●', missing: '○', broken: '✖' };
const COLORS = { ok: 'green', slow: 'yellow', missing: 'dim', broken: 'red' } as const;

export async function doctor(argv: readonly string[]): Promise<void> {
  const { values: options } = readArguments({
    args: [...argv],
    options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (options.help === true) {
    console.log(helpText('doctor'));
    return;
  }
  const version = await packageVersion();
  const checks = await examine();
  if (options.json === true) console.log(JSON.stringify({ version, checks }, undefined, 2));
  else console.log(describe(version, checks));
  if (checks.some(({ status }) => status === 'broken')) process.exitCode = 1;
}

function describe(version: string, checks: readonly Check[]): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = [styleText('bold', `asyncio-ts ${version}`), ''];
  for (const { name, status, found, why } of checks) {
    lines.push(`${styleText(COLORS[status], MARKS[status])} ${name.padEnd(width)}  ${found}`);
    if (why !== undefined) lines.push(`  ${' '.repeat(width)}  ${styleText('dim', why)}`);
  }
  const count = (status: Status): number => checks.filter((check) => check.status === status).length;
  const notes = [`${count('ok')} in order`];
  if (count('slow') > 0) notes.push(`${count('slow')} that could be better`);
  if (count('missing') > 0) notes.push(`${count('missing')} missing`);
  if (count('broken') > 0) notes.push(`${count('broken')} broken`);
  return [...lines, '', notes.join(', ')].join('\n');
}
