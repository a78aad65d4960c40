// The socket at which a program is looked into: who may, what comes of bad input, and that nothing is left behind.

import '../harness.ts';
import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { after, test } from 'node:test';
import manifest from '../../package.json' with { type: 'json' };
import { createTask, currentTask, Event, Queue, run, sleep, spawn, taskGroup } from '../../src/asyncio.ts';
import { expectReport } from '../../src/testing/testing.ts';
import type { Hello, Snapshot, TraceEvent } from '../../src/probe/protocol.ts';
import { Client, hook, seen } from './client.ts';
import type { Message } from './client.ts';

const place = mkdtempSync(join(tmpdir(), 'asyncio-probe-'));
after(() => rmSync(place, { recursive: true, force: true }));
const runtimeFolder = process.env['XDG_RUNTIME_DIR'];

/** Runs `body` with a folder of its own in the place of XDG_RUNTIME_DIR. */
async function inFolder(name: string, body: (folder: string) => Promise<void>): Promise<void> {
  const folder = join(place, name);
  mkdirSync(folder);
  process.env['XDG_RUNTIME_DIR'] = folder;
  try {
    await body(join(folder, `asyncio-ts-${process.getuid?.()}`));
  } finally {
    if (runtimeFolder === undefined) delete process.env['XDG_RUNTIME_DIR'];
    else process.env['XDG_RUNTIME_DIR'] = runtimeFolder;
  }
}

test('hook: each copy of the library has an entry that tells its version, and the task that runs', async () => {
  await run(async () => {
    const { protocol, version } = hook();
    assert.equal(protocol, 1);
    assert.equal(version, manifest.version);
    assert.equal(hook().running(), 'main');
    await createTask(async () => assert.equal(hook().running(), 'other'), { name: 'other' });
  });
  assert.equal(hook().running(), undefined);
});

test('open: the socket is in a folder of the user alone, the same for everybody, and gone with the last', async () => {
  await inFolder('one', async (folder) => {
    await run(async () => {
      const first = await Client.open();
      const second = await Client.open();
      assert.equal(first.opened.path, second.opened.path);
      assert.equal(dirname(first.opened.path), folder);
      assert.match(first.opened.path, new RegExp(`/${process.pid}-0\\.sock$`));
      assert.equal(statSync(folder).mode & 0o777, 0o700);
      await first.close();
      assert.equal(((await second.ask('hello')) as { pid: number }).pid, process.pid);
      // Who has opened it may still come, and does.
      const third = new Client(second.opened.path);
      await third.ask('hello');
      await third.close();
      await second.close();
      while (existsSync(second.opened.path)) await sleep(1);
    });
  });
});

test('open: one who only asks whether somebody answers does not use up the time of who is about to connect', async () => {
  await inFolder('asked', async () => {
    await run(async () => {
      const { path } = await hook().open();
      for (let asked = 0; asked < 2; asked++) {
        const stranger = new Client(path);
        await once(stranger.socket, 'connect');
        await stranger.close();
        // The other side has seen it end: it answers in order.
        await sleep(0);
      }
      const opened = await hook().open();
      assert.equal(opened.path, path);
      const clients = [new Client(path), new Client(path)];
      for (const client of clients) await client.ask('hello');
      for (const client of clients) await client.close();
      while (existsSync(path)) await sleep(1);
    });
  });
});

test('open: a folder that is a link, a file, or open to others is refused', async () => {
  await inFolder('bad', async (folder) => {
    await run(async () => {
      symlinkSync(place, folder);
      await assert.rejects(hook().open(), /is no folder, so no socket is opened in it/);
      rmSync(folder);
      writeFileSync(folder, '');
      await assert.rejects(hook().open(), /is no folder/);
      rmSync(folder);
      mkdirSync(folder);
      chmodSync(folder, 0o755);
      await assert.rejects(hook().open(), /is open to other users/);
    });
  });
});

test('open: sockets that ended processes left are removed, those that answer stay', async () => {
  await inFolder('stale', async (folder) => {
    mkdirSync(folder, { mode: 0o700 });
    const { pid } = spawnSync(process.execPath, ['--version']);
    const living = createServer();
    // A process of another container that shares the folder.
    living.listen(join(folder, `${pid + 1}-0.sock`));
    await once(living, 'listening');
    for (const name of [`${pid}-0.sock`, `${process.pid}-0.sock`]) {
      const killed = createServer();
      killed.listen(join(place, 'killed.sock'));
      await once(killed, 'listening');
      writeFileSync(join(folder, name), '');
      killed.close();
    }
    await run(async () => {
      const client = await Client.open();
      assert.match(client.opened.path, new RegExp(`/${process.pid}-0\\.sock$`));
      while (existsSync(join(folder, `${pid}-0.sock`))) await sleep(1);
      await client.close();
    });
    assert.ok(readdirSync(folder).includes(`${pid + 1}-0.sock`));
    living.close();
    await once(living, 'close');
  });
});

test('open: where the name is taken by another copy of the library the next one is used', async () => {
  await inFolder('copies', async (folder) => {
    mkdirSync(folder, { mode: 0o700 });
    const other = createServer((socket) => socket.destroy());
    other.listen(join(folder, `${process.pid}-0.sock`));
    await once(other, 'listening');
    await run(async () => {
      const client = await Client.open();
      assert.match(client.opened.path, new RegExp(`/${process.pid}-0-1\\.sock$`));
      await client.close();
    });
    other.close();
    await once(other, 'close');
  });
});

test('run: inspect keeps the socket open from the start to the end', async () => {
  await inFolder('option', async (folder) => {
    const name = `${process.pid}-0.sock`;
    await run(
      async () => {
        assert.deepEqual(readdirSync(folder), [name]);
        const client = new Client(join(folder, name));
        writeFileSync(join(folder, `${process.pid}-7.sock`), '');
        const { evaluates, threads } = (await client.ask('hello')) as Hello;
        assert.equal(evaluates, false);
        assert.deepEqual(threads, [join(folder, `${process.pid}-7.sock`)]);
        rmSync(threads[0] as string);
        await client.close();
        assert.deepEqual(readdirSync(folder), [name]);
      },
      { inspect: true },
    );
    assert.deepEqual(readdirSync(folder), []);
  });
  await assert.rejects(
    run(async () => {}, { inspect: 'yes' as never }),
    /inspect is true, false or 'evaluate'/,
  );
});

test('run: what hinders the socket is reported, and main runs', async () => {
  const report = expectReport(/can't be looked into: .* is no folder/);
  await inFolder('hindered', async (folder) => {
    writeFileSync(folder, '');
    assert.equal(await run(async () => 7, { inspect: true }), 7);
  });
  void report;
});

test('spawn: tasks of the thread are seen', async () => {
  const end = new Event();
  const task = spawn(() => end.wait(), { name: 'spawned' });
  await spawn(() => sleep(0));
  const client = await Client.open();
  const snapshot = await client.look();
  assert.equal(snapshot.loops.find(({ id }) => id === seen(snapshot, 'spawned').loop)?.name, 'thread');
  await client.close();
  end.set();
  await task;
});

test('cancel: by number, with a message; false for one that is done', async () => {
  await run(async () => {
    const task = createTask(() => sleep(10_000), { name: 'victim' });
    await sleep(0);
    const client = await Client.open();
    const { id } = seen(await client.look(), 'victim');
    assert.equal(await client.ask('cancel', { task: id, message: 'enough' }), true);
    await assert.rejects(task, { message: 'enough' });
    assert.equal(await client.ask('cancel', { task: id }), false);
    assert.equal(await client.ask('task', { task: id }), undefined);
    await client.close();
  });
});

test('task: one with its stack', async () => {
  await run(async function main() {
    const client = await Client.open();
    const { id } = seen(await client.look(), 'main');
    const task = (await client.ask('task', { task: id })) as Snapshot['tasks'][0];
    assert.equal(task.name, 'main');
    await client.close();
  });
});

test('watch: snapshots with counts, steps and since, until unwatch; then nothing is counted', async () => {
  await run(async () => {
    const client = await Client.open();
    const waiting = createTask(() => sleep(10_000), { name: 'waiting' });
    await client.ask('watch', { interval: 20 });
    await client.take(({ event }) => event === 'snapshot');
    const busy = createTask(
      async () => {
        for (let turn = 0; turn < 10; turn++) await sleep(0);
        await sleep(10_000);
      },
      { name: 'busy' },
    );
    const failing = createTask(async () => {
      throw new Error('of the program');
    });
    await assert.rejects(failing);
    let last: Snapshot | undefined;
    do {
      last = (await client.take(({ event }) => event === 'snapshot')).data as Snapshot;
    } while ((last.tasks.find(({ name }) => name === 'busy')?.steps ?? 0) < 10);
    const { steps, cpu, since, age, stack } = seen(last, 'busy');
    assert.ok(age >= 0 && age < 100_000);
    assert.ok(seen(last, 'waiting').age < 100_000);
    assert.equal(steps, 11);
    assert.ok((cpu as number) > 0 && (cpu as number) < 1000 && (since as number) >= 0);
    assert.equal(stack, undefined);
    const [loop] = last.loops;
    assert.ok((loop?.counts?.created ?? 0) >= 2 && loop?.counts?.failed === 1);
    assert.ok((loop?.delay ?? -1) >= 0);
    await client.ask('unwatch');
    assert.equal((await client.look()).loops[0]?.counts, undefined);
    await client.close();
    busy.cancel();
    waiting.cancel();
  });
});

test('trace: what tasks do, in batches, until untrace', async () => {
  await run(async () => {
    const client = await Client.open();
    await client.ask('trace');
    await createTask(() => sleep(1), { name: 'traced' });
    const events: TraceEvent[] = [];
    while (!events.some(({ what }) => what === 'done'))
      events.push(...((await client.take(({ event }) => event === 'trace')).data as TraceEvent[]));
    const traced = events.find(({ name }) => name?.startsWith('traced'))?.task;
    assert.deepEqual(
      events.filter(({ task }) => task === traced).map(({ what }) => what),
      ['create', 'step', 'wait', 'step', 'done'],
    );
    assert.equal(await client.ask('untrace'), true);
    await client.close();
  });
});

test('trace: who is in the midst of a large snapshot keeps it, and gets its events behind', async () => {
  await run(async () => {
    const never = new Event();
    const tasks = Array.from({ length: 120 }, (_, each) =>
      createTask(() => never.wait(), { name: `${each}${'x'.repeat(100_000)}` }),
    );
    const client = await Client.open();
    await client.ask('trace');
    client.socket.pause();
    const asked = client.ask('snapshot', { stacks: false });
    // The socket's buffers are full, and the library's too, when events are due.
    for (let step = 0; step < 100; step++) await sleep(2);
    client.socket.resume();
    assert.equal(((await asked) as Snapshot).total, 121);
    await createTask(() => sleep(1), { name: 'last' });
    await client.take(({ data }) =>
      Array.isArray(data) ? (data as TraceEvent[]).some(({ name }) => name?.startsWith('last')) : false,
    );
    await client.close();
    for (const task of tasks) task.cancel();
  });
});

const noEvaluation = 'bun' in process.versions ? "Bun's engine evaluates nothing for others" : false;

test('evaluate: only for who has the key', { skip: noEvaluation }, async () => {
  await run(async () => {
    const client = await Client.open({ evaluate: true });
    await assert.rejects(client.ask('evaluate', { code: '1' }), { code: 'not-allowed' });
    await client.ask('hello', { key: 'guessed' });
    await assert.rejects(client.ask('evaluate', { code: '1' }), { code: 'not-allowed' });
    await client.ask('hello', { key: client.opened.key });
    assert.deepEqual(await client.ask('evaluate', { code: '[1, 2].length', mayChange: true }), {
      shown: '2',
      failed: false,
    });
    const failed = (await client.ask('evaluate', { code: 'no.such', mayChange: true })) as {
      shown: string;
    };
    assert.match(failed.shown, /no is not defined/);
    await client.close();
  });
});

test(
  'evaluate: who may not change anything gets an error before it is changed',
  { skip: 'bun' in process.versions || 'deno' in process.versions },
  async () => {
    await run(async () => {
      const client = await Client.open({ evaluate: true });
      await client.ask('hello', { key: client.opened.key });
      const attempt = (await client.ask('evaluate', { code: 'globalThis.changed = 1' })) as {
        failed: boolean;
      };
      assert.equal(attempt.failed, true);
      assert.equal('changed' in globalThis, false);
      await client.close();
    });
  },
);

const bad: [string, string][] = [
  ['no JSON', 'hello'],
  ['no object', '7'],
  ['nothing', 'null'],
  ['no id', '{"method":"hello"}'],
  ['params that are none', '{"id":1,"method":"snapshot","params":7}'],
  ['a name of Object', '{"id":1,"method":"constructor"}'],
  ['a bad interval', '{"id":1,"method":"watch","params":{"interval":"x"}}'],
  ['a bad task', '{"id":1,"method":"cancel","params":{"task":{}}}'],
  ['a bad message', '{"id":1,"method":"cancel","params":{"task":1,"message":{}}}'],
  ['bad options', '{"id":1,"method":"snapshot","params":{"stacks":1,"most":-1}}'],
  ['a prototype', '{"id":1,"method":"hello","params":{"__proto__":{"x":1}},"__proto__":[]}'],
];

test('requests: bad ones are answered with an error, and the next one is served', async () => {
  await run(async () => {
    const client = await Client.open();
    for (const [name, line] of bad.slice(0, -1)) {
      client.send(`${line}\n`);
      const { error } = await client.take((message: Message) => message.error !== undefined);
      assert.match(error?.code ?? '', /^(bad-request|bad-params|unknown-method)$/, name);
    }
    client.send(`${bad.at(-1)?.[1]}\n\n   \n`);
    assert.equal(((await client.ask('hello')) as { protocol: number }).protocol, 1);
    assert.equal('x' in {}, false);
    await client.close();
  });
});

test('requests: a line without an end closes the connection, and nothing else', async () => {
  await run(async () => {
    const [client, other] = [await Client.open(), await Client.open()];
    client.send('x'.repeat(3 << 20));
    // A reset, where it still wrote.
    await new Promise((resolve) => client.socket.once('close', resolve));
    assert.equal((await other.look()).tasks.length, 1);
    await other.close();
  });
});

test('watch: who reads nothing gets no more, while the program goes on', async () => {
  await run(async () => {
    const tasks = Array.from({ length: 2000 }, (_, at) =>
      createTask(() => sleep(100_000), { name: `${at} ${'long'.repeat(100)}` }),
    );
    await sleep(0);
    const client = await Client.open();
    client.socket.pause();
    for (let id = 1; id < 50; id++) client.send(`{"id":${id},"method":"snapshot"}\n`);
    client.send('{"id":50,"method":"watch","params":{"interval":1}}\n');
    const other = await Client.open();
    for (let look = 0; look < 3; look++) assert.equal((await other.look()).total, 2001);
    await other.close();
    client.socket.destroy();
    await once(client.socket, 'close');
    for (const task of tasks) task.cancel();
  });
});

test('attaching and detaching a hundred times under load changes no result', async () => {
  const sum = await run(async () => {
    const queue = new Queue<number>(5);
    let total = 0;
    let loaded = true;
    await taskGroup(async (group) => {
      for (let worker = 0; worker < 5; worker++)
        group.startSoon(async () => {
          for (let item = 0; item < 2000; item++) await queue.put(item);
        });
      group.startSoon(async () => {
        for (let item = 0; item < 10_000; item++) total += await queue.get();
        loaded = false;
      });
      for (let time = 0; time < 100; time++) {
        const client = await Client.open();
        const looks = time % 3 === 0 ? client.look() : client.ask('watch', { interval: 1 });
        if (time % 2 === 0) await looks;
        else looks.catch(() => {});
        if (time % 5 === 0) client.socket.destroy();
        await (client.socket.destroyed ? undefined : client.close());
      }
    });
    assert.equal(loaded, false);
    assert.equal(currentTask()?.getName(), 'main');
    return total;
  });
  assert.equal(sum, (5 * (2000 * 1999)) / 2);
});
