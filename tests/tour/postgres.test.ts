// The tour with a Postgres of the person's.

import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { test } from 'node:test';
import { needsPostgres, startPostgres } from '../services/postgres.ts';
import { newFolder, runTour } from './folders.ts';

const postgres = startPostgres();

function asking(url: string): string[] {
  return ['--speed=40', '--only=sql', '--db', join(newFolder(), 'x.sqlite'), '--postgres', url];
}

test('--postgres: a server makes the reports, and is left as it was', needsPostgres, async () => {
  const { code, stdout, stderr } = await runTour([...asking(postgres.url), '--details']);
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^sql: 2 reports by 2 Postgres sessions +[\d.]+ m?s +[\d.]+ m?s /m);
  assert.match(stdout, /Both\spasses\shad\sthe\ssame\sanswers/);
  assert.equal(postgres.psql("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), '0');
});

test('--postgres: a server that is not there is said in one line, without the password', async () => {
  const { code, stderr } = await runTour(asking('postgres://me:secret@127.0.0.1:1/nothing'));
  assert.equal(code, 1);
  assert.match(stderr, /^tour: the Postgres of --postgres is not to be had: .+\.$/m);
  assert.doesNotMatch(stderr, /secret|\n {4}at /);
});
