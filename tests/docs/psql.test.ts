// The example of docs/subprocesses.md that talks to psql, for which there must be a server.

import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { root } from '../../scripts/runtime.mjs';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { findExamples } from './extract.ts';

const postgres = startPostgres();
mkdirSync(join(root, '.scratch'), { recursive: true });
const scratch = mkdtempSync(join(root, '.scratch', 'psql-'));
after(() => rmSync(scratch, { recursive: true, force: true }));

test('docs/subprocesses.md: a session of psql', needsPostgres, async (t) => {
  const example = findExamples(root, ['docs/subprocesses.md']).find(
    ({ file, code }) => file.startsWith('docs') && code.includes('psql'),
  );
  assert.ok(example);
  const file = join(scratch, 'session.ts');
  writeFileSync(file, example.code);
  const { host, port, user } = postgres;
  Object.assign(process.env, { PGHOST: host, PGPORT: String(port), PGUSER: user });
  const log = t.mock.method(console, 'log', () => {});
  await import(pathToFileURL(file).href);
  const printed = log.mock.calls.flatMap((call) => String(call.arguments[0]).split('\n'));
  const wanted = [...example.code.matchAll(/\/\/ -> (.*)/g)].map(([, text = '']) => text);
  assert.deepEqual(
    printed.map((line, at) => (wanted[at] === '...' ? '...' : line)),
    wanted,
  );
});
