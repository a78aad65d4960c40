// LifeCycle, on its own: what every transport has of it, whatever it runs over.

import '../harness.ts';
import assert from 'node:assert/strict';
import {
  ContextVar,
  Future,
  getRunningLoop,
  InvalidArgumentError,
  newEventLoop,
  run,
  sleep,
} from '../../src/asyncio.ts';
import type { EventLoop } from '../../src/asyncio.ts';
import { test } from 'node:test';
import { LifeCycle } from '../../src/transport/lifeCycle.ts';
import type { LifeOptions, Living } from '../../src/transport/lifeCycle.ts';
import { expectReport } from '../../src/testing/testing.ts';
import { resourcesOf } from '../../src/loop/resources.ts';

/** A transport that has nothing but its life. */
class Bare {
  readonly told: string[];
  readonly life: LifeCycle;
  beforeLoss: ((error: unknown) => unknown) | undefined = undefined;

  constructor(
    told: string[],
    options: LifeOptions = {},
    deeds: { made?: () => void; lost?: () => void } = {},
  ) {
    this.told = told;
    const protocol = {
      connectionMade: () => {
        told.push('made');
        deeds.made?.();
      },
      connectionLost: (error: unknown) => {
        told.push(`lost ${String(error)} ${this.life.state}`);
        deeds.lost?.();
      },
    };
    this.life = new LifeCycle(getRunningLoop(), this as unknown as Living, protocol, options);
  }

  release(): void {
    this.told.push(`released ${this.life.state} ${typeof this.life.protocol}`);
  }
}

const on = (title: string, body: (loop: EventLoop, told: string[]) => Promise<void>): void =>
  void test(title, () => run(() => body(getRunningLoop(), []), { handleSignals: false }));

on(
  'LifeCycle.begin: connectionMade, the start and the waiter come in this order, one a callback',
  async (_, told) => {
    const { life } = new Bare(told);
    const waiter = new Future<void>();
    waiter.addDoneCallback(() => told.push('waiter'));
    life.begin(() => told.push('start'), waiter);
    assert.deepEqual(told, []);
    await waiter;
    await sleep(0);
    assert.deepEqual(told, ['made', 'start', 'waiter']);
    life.lose(undefined);
    await sleep(0);
  },
);

on(
  'LifeCycle.lose: connectionLost comes once, then the release; what is asked later changes nothing',
  async (loop, told) => {
    const { life } = new Bare(told);
    assert.equal(resourcesOf(loop).size, 1);
    assert.equal(life.close(), true);
    assert.equal(life.close(), false);
    assert.deepEqual([life.closing, life.lost, life.over], [true, false, false]);
    life.lose('first');
    life.lose('second');
    assert.equal(life.beginLoss(), false);
    assert.deepEqual([life.closing, life.lost, life.over], [true, true, false]);
    await sleep(0);
    life.lose('third');
    life.end('fourth');
    await sleep(0);
    assert.deepEqual(told, ['lost first closing', 'released closed undefined']);
    assert.equal(resourcesOf(loop).size, 0);
  },
);

on('LifeCycle.lose inside connectionLost, and close there, change nothing', async (_, told) => {
  const bare: Bare = new Bare(told, {}, { lost: () => [bare.life.lose('again'), bare.life.close()] });
  bare.life.lose(undefined);
  await sleep(0);
  await sleep(0);
  assert.deepEqual(told, ['lost undefined closing', 'released closed undefined']);
});

on('LifeCycle: what connectionLost throws is reported, and everything is released', async (loop, told) => {
  expectReport('protocol.connectionLost() failed');
  const server = { attach: () => told.push('attached'), detach: () => told.push('detached') };
  const { life } = new Bare(
    told,
    { server },
    {
      lost: () => {
        throw new Error('cannot be lost');
      },
    },
  );
  life.lose(undefined);
  await sleep(0);
  assert.deepEqual(told, ['attached', 'lost undefined closing', 'detached', 'released closed undefined']);
  assert.equal(resourcesOf(loop).size, 0);
});

on('LifeCycle.beforeLoss has the last word on the error', async (_, told) => {
  const bare = new Bare(told);
  bare.beforeLoss = (error) => `${String(error)} and more`;
  bare.life.lose('cut');
  await sleep(0);
  assert.deepEqual(told, ['lost cut and more closing', 'released closed undefined']);
});

on(
  'LifeCycle.giveAway: the protocol hears nothing, nothing is released, the loop and the server know it no longer',
  async (loop, told) => {
    const server = { attach: () => {}, detach: () => told.push('detached') };
    const { life } = new Bare(told, { server });
    life.giveAway();
    life.lose(undefined);
    await sleep(0);
    assert.deepEqual(told, ['detached']);
    assert.equal(life.protocol, undefined);
    assert.equal(resourcesOf(loop).size, 0);
  },
);

on('LifeCycle: the protocol is called in the context in which the transport was made', async (_, told) => {
  const user = new ContextVar('user', { default: 'nobody' });
  user.set('maker');
  const { life } = new Bare(told, {}, { lost: () => told.push(user.get()) });
  user.set('somebody else');
  life.lose(undefined);
  await sleep(0);
  assert.deepEqual(told, ['lost undefined closing', 'maker', 'released closed undefined']);
});

on('LifeCycle.getExtraInfo: what is known, else the fallback; nothing of every object', async (_, told) => {
  const { life } = new Bare(told, { extra: { peername: ['::1', 1], cipher: undefined } });
  assert.deepEqual(life.getExtraInfo('peername', undefined), ['::1', 1]);
  assert.equal(life.getExtraInfo('cipher', 'none'), 'none');
  assert.equal(life.getExtraInfo('constructor', 'none'), 'none');
  assert.throws(() => life.setProtocol(undefined), InvalidArgumentError);
  life.giveAway();
});

test('a loop that is closed releases a transport without a word, once', async () => {
  const told: string[] = [];
  const loop = newEventLoop();
  let life: LifeCycle | undefined;
  await loop.runUntilComplete(async () => {
    life = new Bare(told).life;
    life.close();
  });
  loop.close();
  life?.loopClosed();
  life?.lose(undefined);
  life?.scheduleEnd(undefined);
  assert.deepEqual(told, ['released closed undefined']);
});
