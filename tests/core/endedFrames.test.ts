// Code that outlives the scope, timeout, group, task or run in which it was started: a client's listeners.

import '../harness.ts';
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { expectReport } from '../../src/testing/testing.ts';
import {
  CancelScope,
  ContextVar,
  createTask,
  currentSignal,
  currentTask,
  Future,
  moveOnAfter,
  Queue,
  race,
  run,
  sleep,
  taskGroup,
  timeout,
} from '../../src/asyncio.ts';
import { inLoop } from '../inLoop.ts';
import { turns } from '../turns.ts';
import { runChild } from './child.ts';

/** A client that is connected in one place and calls its listeners from then on, in that place's context. */
class Client extends EventEmitter {
  #timer: ReturnType<typeof setInterval> | undefined;

  connect(): void {
    this.#timer = setInterval(() => this.emit('message'), 1);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

type Place = (connect: () => void) => Promise<unknown>;
const places: Record<string, Place> = {
  'a scope that expired': (connect) =>
    moveOnAfter(2, async () => {
      connect();
      await sleep(1000);
    }),
  'a scope that expired while it waited for a foreign promise': (connect) =>
    moveOnAfter(2, async () => {
      connect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }),
  'a shielded scope that was cancelled': (connect) => {
    const scope = new CancelScope({ shield: true });
    return scope.run(async () => {
      connect();
      scope.cancel();
      await sleep(1000);
    });
  },
  'a timeout that expired': (connect) =>
    timeout(2, async () => {
      connect();
      await sleep(1000);
    }),
  'a timeout that expired while it waited for a foreign promise': (connect) =>
    timeout(2, async () => {
      connect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }),
  'a group that failed': (connect) =>
    taskGroup(async (group) => {
      connect();
      group.startSoon(async () => {
        throw new Error('child');
      });
      await sleep(1000);
    }),
  'a task that was cancelled': async (connect) => {
    const task = createTask(async () => {
      connect();
      await sleep(1000);
    });
    await turns(2);
    task.cancel();
    await task;
  },
  'a task that was cancelled while it waited for a foreign promise': async (connect) => {
    const task = createTask(async () => {
      connect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    });
    await turns(2);
    task.cancel();
    await task;
  },
  'a loser of a race': (connect) =>
    race([
      async () => {
        connect();
        await sleep(1000);
      },
      () => sleep(2),
    ]),
};

for (const [name, place] of Object.entries(places)) {
  test(
    `an ended frame cancels nothing: listeners of a client that was connected in ${name}`,
    inLoop(async () => {
      const client = new Client();
      const errors: unknown[] = [];
      const queue = new Queue<number>();
      let ended = false;
      client.on('message', async () => {
        const after = ended;
        try {
          await sleep(1);
          await queue.put(1);
          if (after) queue.putNowait(2);
          else await queue.get();
        } catch (error) {
          if (after) errors.push(error);
        }
      });
      await place(() => client.connect()).catch(() => {});
      ended = true;
      for (let got = 0; got < 10;) if ((await queue.get()) === 2) got++;
      client.end();
      await sleep(3);
      assert.deepEqual(errors, []);
      assert.equal(currentTask()?.cancelling(), 0);
    }),
  );
}

test(
  'an ended scope: what goes on in it is cancelled with the task and scopes around it',
  inLoop(async () => {
    const log: string[] = [];
    const foreign = Promise.withResolvers<void>();
    const left = new Future<void>();
    const task = createTask(async () => {
      let going: Promise<void> | undefined;
      await moveOnAfter(
        1,
        async () => {
          going = (async () => {
            await foreign.promise;
            try {
              await sleep(10_000);
            } finally {
              log.push('left over cleaned up');
            }
          })();
          await sleep(10_000);
        },
        { shield: true },
      );
      foreign.resolve();
      left.setResult();
      await going;
    });
    await left;
    await turns(3);
    task.cancel();
    await Promise.allSettled([task]);
    assert.deepEqual([task.cancelled(), log], [true, ['left over cleaned up']]);
  }),
);

test(
  'an ended scope inside of which another still runs: that one is not cancelled by the first any more',
  inLoop(async () => {
    let inner: Promise<unknown> | undefined;
    const foreign = Promise.withResolvers<void>();
    await moveOnAfter(1, async () => {
      inner = moveOnAfter(10_000, async () => {
        await foreign.promise;
        await sleep(1);
        return 'whole';
      });
      await sleep(10_000);
    });
    foreign.resolve();
    assert.equal(await inner, 'whole');
  }),
);

test(
  'an ended task: currentTask is undefined, the signal is refused, the context stays',
  inLoop(async () => {
    const user = new ContextVar<string>('user');
    const log: unknown[] = [];
    const said = new Future<void>();
    await createTask(async () => {
      user.set('ada');
      setImmediate(() => {
        setImmediate(async () => {
          log.push(currentTask(), user.get());
          assert.throws(() => currentSignal(), { code: 'ERR_ASYNCIO_USAGE' });
          user.set('grace');
          await sleep(1);
          log.push(user.get());
          said.setResult();
        });
      });
    });
    await said;
    assert.deepEqual(log, [undefined, 'ada', 'grace']);
  }),
);

test('an ended run: an emitter that was made in it can be used in the next one', async () => {
  const emitter = new EventEmitter();
  let client: Client | undefined;
  await run(async () => {
    client = new Client();
    client.on('message', () => emitter.emit('message'));
    client.connect();
    await sleep(2);
  });
  await run(async () => {
    const queue = new Queue<string>();
    emitter.on('message', async () => {
      await sleep(1);
      await queue.put('message');
    });
    assert.equal(await queue.get(), 'message');
    emitter.removeAllListeners();
    client?.end();
    await sleep(3);
  });
});

test('a task that a run left behind: what goes on in it in the next run is outside of it', async () => {
  const { stdout, stderr } = await runChild(new URL('leftBehindProgram.ts', import.meta.url));
  assert.match(stderr, /have not stopped|has not stopped/);
  assert.equal(stdout.trim(), 'slept in the next run');
});

test('debug mode names the place where code goes on in a scope that has ended', async () => {
  expectReport(/code that was started in a scope, timeout or group that has ended goes on/);
  await run(
    async () => {
      let going: Promise<void> | undefined;
      await moveOnAfter(1, async () => {
        going = (async () => {
          await new Promise((resolve) => setTimeout(resolve, 5));
          await sleep(1);
        })();
        await sleep(1000);
      });
      await going;
    },
    { debug: true },
  );
});
