// The server that tests talk to does what its page says.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { connect } from 'node:net';
import { test } from 'node:test';
import { needsPostgres, startPostgres } from './postgres.ts';

const postgres = startPostgres({ settings: { work_mem: '5MB' } });

test(
  'a server answers psql, has its settings and keeps its data over a restart',
  needsPostgres,
  async () => {
    assert.equal(postgres.psql('SHOW work_mem'), '5MB');
    postgres.psql('CREATE TABLE kept AS SELECT 42 AS n');
    const { pid, port } = postgres;
    await postgres.restart();
    assert.notEqual(postgres.pid, pid);
    assert.equal(postgres.port, port);
    assert.equal(postgres.psql('SELECT n FROM kept'), '42');
  },
);

test('a paused server accepts connections and says nothing', needsPostgres, async () => {
  postgres.pause();
  const socket = connect(postgres.port, '127.0.0.1');
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  const closed = new Promise((resolve) => socket.once('close', resolve));
  postgres.resume();
  socket.destroy();
  await closed;
  assert.equal(postgres.psql('SELECT 1'), '1');
});
