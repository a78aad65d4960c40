// Looking at live processes from outside: finding them, opening them, what they say, and that nothing is left behind.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import process from 'node:process';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import '../../harness.ts';
import { onNode, Program, runProgram } from '../../facade/program.ts';
import type { Ending } from '../../facade/program.ts';
import { createTask, run, sleep, TimeoutError, timeout } from '../../../src/asyncio.ts';
import { attach, AttachError, listProcesses } from '../../../src/inspect/inspect.ts';
import { listenersOf } from '../../../src/inspect/attach/listening.ts';
import type { AttachReason, ProcessView } from '../../../src/inspect/inspect.ts';

const url = (name: string): URL => new URL(`./programs/${name}.ts`, import.meta.url);
const elsewhere = process.platform === 'linux' ? undefined : 'so far it works on Linux';
const needsNode = elsewhere ?? (onNode ? undefined : 'only Node can be asked by a signal');

let started: Program[] = [];

/** Starts a program and waits until it has printed `text`. It is ended with the test. No other file of tests looks at
 * programs whose inspector takes Node's own port, as most users' do. */
async function start(
  name: string,
  args: string[] = [],
  env: Record<string, string> = {},
  text: string = 'ready',
): Promise<number> {
  const program = new Program(url(name), args, { NODE_OPTIONS: '', ...env });
  started.push(program);
  await program.printed(text);
  return program.pid;
}

/** A test that ends what it has started. */
function live(title: string, skip: string | undefined, body: () => Promise<void>): void {
  test(title, { skip: skip ?? false }, async () => {
    try {
      await body();
    } finally {
      for (const program of started) {
        try {
          program.signal('SIGKILL');
        } catch {
          // The test itself has ended it.
        }
      }
      await Promise.all(started.map(({ ended }) => ended));
      started = [];
    }
  });
}

async function refuses(target: number | string, reason: AttachReason, text: RegExp): Promise<void> {
  await run(async () => {
    await assert.rejects(attach(target), (error) => {
      assert.ok(error instanceof AttachError, String(error));
      assert.equal(error.code, 'ERR_ASYNCIO_ATTACH');
      assert.match(error.message, text);
      assert.doesNotMatch(error.message, /\n/);
      assert.equal(error.reason, reason);
      return true;
    });
  });
}

const tasksOf = (view: ProcessView): string[] =>
  view.threads.flatMap(({ snapshot }) => snapshot?.tasks.map(({ name }) => name) ?? []);

/** The inspector is closed: the program itself listens nowhere. */
const inspects = (pid: number): boolean => listenersOf(pid).length > 0;

live(
  'attach: a program without any thought of it, with its circle, its queue and its stacks',
  needsNode,
  async () => {
    const pid = await start('waits');
    await run(async () => {
      await using program = await attach(pid);
      const view = await program.snapshot();
      assert.deepEqual([view.pid, view.name, view.runtime, view.children], [pid, 'waits.ts', 'node', []]);
      const [{ snapshot } = { snapshot: undefined }] = view.threads;
      const named = new Map(snapshot?.tasks.map((task) => [task.name, task]));
      const [first, second] = [named.get('first'), named.get('second')];
      assert.deepEqual(snapshot?.loops[0]?.deadlocks, [[first?.id, second?.id]]);
      assert.deepEqual(first?.waits[0]?.holders, [second?.id]);
      assert.match(first?.stack?.[0]?.name ?? '', /transfer/);
      const [queue] = named.get('producer')?.waits ?? [];
      assert.deepEqual([queue?.kind, queue?.size, queue?.limit], ['queue', 1, 1]);
      assert.ok(named.has('\x1b[2Jevil\n'), 'names come as they are');
      assert.equal(inspects(pid), false);
    });
  },
);

live(
  'attach: a program that was not prepared is asked again when the connection was lost',
  needsNode,
  async () => {
    const pid = await start('waits');
    await run(async () => {
      await using program = await attach(pid);
      assert.ok(tasksOf(await program.snapshot()).includes('producer'));
      for (const thread of program.threads) thread.close();
      await sleep(20);
      assert.ok(tasksOf(await program.snapshot()).includes('producer'));
      assert.equal(inspects(pid), false);
    });
  },
);

live('attach: a worker that is started while somebody looks is seen', needsNode, async () => {
  const pid = await start('waits', ['later']);
  await run(async () => {
    await using program = await attach(pid);
    let { threads } = await program.snapshot();
    assert.deepEqual(
      threads.map(({ name }) => name),
      ['main'],
    );
    process.kill(pid, 'SIGUSR2');
    await timeout(20_000, async () => {
      while (threads.length === 1) {
        await sleep(20);
        ({ threads } = await program.snapshot());
      }
    });
    assert.deepEqual(
      threads.map(({ name, snapshot }) => [name, snapshot?.tasks.map((task) => task.name)]),
      [
        ['main', threads[0]?.snapshot?.tasks.map(({ name }) => name)],
        ['crunch', ['main']],
      ],
    );
    assert.equal(inspects(pid), false);
  });
});

const threadsOf = ({ threads }: ProcessView): (string[] | string)[][] =>
  threads.map(({ name, snapshot }) => [name, snapshot?.tasks.map((task) => task.name) ?? []]);

live('attach: workers of workers are seen at the first look', needsNode, async () => {
  const pid = await start('nested', ['early'], {}, 'in inner');
  await run(async () => {
    await using program = await attach(pid);
    assert.deepEqual(threadsOf(await program.snapshot()), [
      ['main', ['main']],
      ['outer', ['outer']],
      ['inner', ['inner']],
    ]);
  });
  assert.equal(inspects(pid), false);
});

live(
  'attach: a worker of one without a loop, started while somebody looks, is seen when it starts its loop',
  needsNode,
  async () => {
    const pid = await start('nested', ['late']);
    await run(async () => {
      await using program = await attach(pid);
      assert.deepEqual(threadsOf(await program.snapshot()), [['main', ['main']]]);
      process.kill(pid, 'SIGUSR2');
      const wanted = [
        ['main', ['main']],
        ['inner', ['inner']],
      ];
      await timeout(20_000, async () => {
        while (!isDeepStrictEqual(threadsOf(await program.snapshot()), wanted)) await sleep(20);
      });
      assert.equal(inspects(pid), false);
    });
  },
);

live('attach: by name; what several have is told with their numbers', needsNode, async () => {
  const pid = await start('plain');
  await run(async () => {
    assert.ok(listProcesses().some((info) => info.pid === pid && info.name === 'plain.ts' && !info.open));
  });
  await refuses('plain', 'not-asyncio', /does not use asyncio-ts, or has not started a loop yet/);
  assert.equal(inspects(pid), false);
  const twin = await start('plain');
  await refuses(
    'plain.ts',
    'ambiguous',
    new RegExp(`several processes are called "plain.ts": .*${pid}.*${twin}`),
  );
});

live('attach: what can not be looked at is refused in a sentence', needsNode, async () => {
  await refuses(999_999_999, 'no-such-process', /^there is no process 999999999$/);
  await refuses('no-such-name', 'no-such-process', /^no process of yours is called "no-such-name"/);
  await refuses(process.pid, 'closed', /is the one that looks.*ASYNCIO_INSPECT=1/);
  const shell = spawn('sleep', ['30']);
  await refuses(shell.pid as number, 'not-javascript', /runs neither Node nor Bun nor Deno/);
  shell.kill();
  const deaf = spawn(process.execPath, ['--disable-sigusr1', '-e', 'setInterval(() => {}, 1000)']);
  await new Promise((resolve) => setTimeout(resolve, 300));
  if (deaf.exitCode === null)
    await refuses(deaf.pid as number, 'closed', /takes no SIGUSR1.*ASYNCIO_INSPECT=1/);
  assert.equal(deaf.signalCode, null, 'and is not killed by a signal');
  deaf.kill();
});

test(
  "attach: another user's process",
  { skip: needsNode ?? (process.getuid?.() === 0 ? undefined : 'only root can start one') },
  async () => {
    const other = spawn('setpriv', ['--reuid=65534', '--clear-groups', 'sleep', '30'], { stdio: 'ignore' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    await refuses(
      other.pid as number,
      'other-user',
      /belongs to another user, number 65534: look at it as that user/,
    );
    other.kill();
  },
);

live(
  'attach: a thread that spins is told apart, with the task, the function, and since when',
  needsNode,
  async () => {
    const pid = await start('waits', ['spins']);
    await run(async () => {
      await using program = await attach(pid, { answerWithin: 500 });
      const [thread] = (await program.snapshot()).threads;
      assert.deepEqual(
        [thread?.snapshot, thread?.hang?.kind, thread?.hang?.task],
        [undefined, 'script', 'spinner'],
      );
      assert.match(
        thread?.hang?.stack.map(({ name, file }) => `${name} ${file}`).join('\n') ?? '',
        /spin .*waits\.ts/,
      );
      assert.match(thread?.hang?.hot[0]?.frame.file ?? '', /waits\.ts/);
      assert.ok((thread?.hang?.since ?? 0) >= 500);
    });
    assert.equal(inspects(pid), false);
  },
);

live(
  'attach: a thread that starves in microtasks, and one that is blocked outside of JavaScript',
  needsNode,
  async () => {
    const [starved, blocked] = await Promise.all([start('waits', ['starves']), start('waits', ['blocks'])]);
    await run(async () => {
      await using program = await attach(starved, { answerWithin: 500 });
      const [thread] = (await program.snapshot()).threads;
      assert.deepEqual([thread?.hang?.kind, thread?.hang?.task], ['script', 'starver']);
    });
    await run(async () => {
      await using program = await attach(blocked, { answerWithin: 500 });
      const [thread] = (await program.snapshot()).threads;
      assert.equal(thread?.hang?.kind, 'native');
      assert.ok(thread?.hang?.children?.some(({ name }) => /sh|sleep/.test(name)));
    });
    assert.equal(inspects(blocked), false, 'no signal is left to be acted on later');
  },
);

live('attach: worker threads and processes of a pool are one tree', needsNode, async () => {
  const pid = await start('waits', ['workers'], {}, 'in the worker');
  await run(async () => {
    await using program = await attach(pid);
    const { threads } = await program.snapshot();
    assert.deepEqual(
      threads.map(({ thread, snapshot }) => [thread, (snapshot?.tasks.length ?? 0) > 0]),
      [
        [0, true],
        [1, true],
      ],
    );
    assert.equal(threads[1]?.name, 'crunch');
  });
  const parent = await start('pool');
  await run(async () => {
    await using program = await attach(parent);
    const view = await program.snapshot();
    assert.ok(tasksOf(view).includes('main'));
    // It runs no loop, and main waits for what it does.
    assert.equal(view.children[0]?.problem?.reason, 'not-asyncio');
  });
});

live(
  'attach: cancel ends a task of it, task tells of one, and an ended process is gone',
  needsNode,
  async () => {
    const pid = await start('waits');
    const program = await run(async () => {
      await using attached = await attach(pid, { children: false });
      const [thread] = (await attached.snapshot()).threads;
      const producer = thread?.snapshot?.tasks.find(({ name }) => name === 'producer');
      const place = { pid, task: producer?.id ?? -1 };
      assert.equal((await attached.task(place))?.name, 'producer');
      assert.equal(await attached.cancel(place, 'by a test'), true);
      for await (const view of attached.watch({ interval: 10 }))
        if (!tasksOf(view).includes('producer')) break;
      assert.equal(await attached.cancel(place), false);
      assert.equal(await attached.task(place), undefined);
      await assert.rejects(attached.cancel({ pid: 1, task: 1 }), AttachError);
      process.kill(pid, 'SIGKILL');
      await assert.rejects(async () => {
        for (;;) await attached.snapshot();
      }, /has (?:ended|closed)/);
      return attached;
    });
    await run(() => assert.rejects(program.snapshot(), /is closed/));
  },
);

live(
  'attach: a hundred times, under way together and cancelled at any moment, leaves the inspector closed',
  needsNode,
  async () => {
    const pid = await start('waits');
    await run(async () => {
      for (let round = 0; round < 10; round++) {
        const many = Array.from({ length: 10 }, () =>
          createTask(async () => {
            await using program = await attach(pid, { children: false, answerWithin: 10_000 });
            return tasksOf(await program.snapshot({ stacks: false })).length;
          }),
        );
        if (round % 2 === 1) many[round]?.cancel();
        for (const each of many) await each.catch(() => {});
        assert.ok(((await many[0]) as number) >= 5);
      }
    });
    assert.equal(inspects(pid), false);

    const fresh = await start('waits');
    await run(async () => {
      for (const time of [1, 5, 10, 20, 40, 80]) {
        try {
          const program = await timeout(time, () => attach(fresh));
          program.close();
        } catch (error) {
          if (!(error instanceof TimeoutError)) throw error;
        }
        assert.equal(inspects(fresh), false, `after ${time} ms`);
      }
    });
  },
);

live(
  'attach: a port that somebody else holds is told with its holder; an inspector that was open stays',
  needsNode,
  async () => {
    const pid = await start('waits', [], { NODE_OPTIONS: '--inspect-port=39229' });
    const holder = createServer().listen(39_229, '127.0.0.1');
    await new Promise((resolve) => holder.once('listening', resolve));
    await refuses(
      pid,
      'port-taken',
      new RegExp(`would listen at port 39229, which process ${process.pid} .* holds`),
    );
    holder.close();
    await new Promise((resolve) => holder.once('close', resolve));
    const open = await start('waits', [], { NODE_OPTIONS: '--inspect=0' });
    await run(async () => {
      await using program = await attach(open);
      assert.ok(tasksOf(await program.snapshot()).includes('sleeper'));
    });
    assert.equal(inspects(open), true);
  },
);

live('attach: by the socket that a program opens itself, on every runtime', elsewhere, async () => {
  const pid = await start('waits', [], { ASYNCIO_INSPECT: '1' });
  await run(async () => {
    await using program = await attach(pid, { signal: false });
    assert.ok(tasksOf(await program.snapshot()).includes('sleeper'));
    assert.ok(listProcesses().some((info) => info.pid === pid && info.open));
  });
  if (onNode) return;
  const unprepared = await start('waits');
  await refuses(unprepared, 'closed', /can't be asked to open a socket: start it with ASYNCIO_INSPECT=1/);
});

live('asyncio ps and pstree: a table, a tree, JSON, and exit codes', needsNode, async () => {
  const pid = await start('waits');
  const asyncio = (...args: string[]): Promise<Ending> =>
    runProgram(new URL('../../../src/cli/main.ts', import.meta.url), args);
  const [ps, pstree, json, none] = await Promise.all([
    asyncio('ps', String(pid)),
    asyncio('pstree', String(pid), '--stacks'),
    asyncio('ps', String(pid), '--json'),
    asyncio('ps', '999999999'),
  ]);
  assert.match(
    ps.stdout,
    /^waits\.ts, process \d+, Node .*\nmain thread, 6 tasks\ndeadlock: first → second → first\n/,
  );
  assert.match(ps.stdout, / producer +waiting +[\d.]+m?s +Queue, put, 1 of 1 /);
  assert.match(ps.stdout, /\\e\[2Jevil\\n/);
  assert.equal(ps.stdout.includes('\x1b'), false);
  assert.match(
    pstree.stdout,
    /├── first \(\d+\) waiting \S+: Lock "right", held by second\n.*async transfer/,
  );
  assert.equal((JSON.parse(json.stdout) as ProcessView).pid, pid);
  assert.deepEqual([ps.code, pstree.code, json.code, none.code], [3, 3, 3, 1]);
  assert.deepEqual([none.stdout, none.stderr], ['', 'asyncio: there is no process 999999999\n']);
});
