// The context of a callback: a copy of the caller's, or the one that is given, and what its handle says.

import '../../harness.ts';
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { Context, ContextVar, getRunningLoop, run, sleep } from '../../../src/asyncio.ts';

const who = new ContextVar<string>('who', { default: 'nobody' });

test('callSoonIn, callLaterIn, callAtIn run in the context that is given, and change it', () =>
  run(async () => {
    const loop = getRunningLoop();
    const context = new Context();
    const seen: string[] = [];
    const step = (next: string): void => {
      seen.push(who.get());
      who.set(next);
    };
    loop.callSoonIn(context, step, 'soon');
    loop.callAtIn(context, loop.time(), step, 'at');
    const last = loop.callLaterIn(context, 2, step, 'later');
    assert.equal(last.getContext(), context);
    await sleep(5);
    assert.deepEqual(seen, ['nobody', 'soon', 'at']);
    assert.equal(context.get(who), 'later');
    assert.equal(who.get(), 'nobody');
  }));

test('Handle.getContext is a copy of the context of the caller; undefined while that is empty', () =>
  run(async () => {
    const loop = getRunningLoop();
    assert.equal(loop.callSoon(() => {}).getContext(), undefined);
    who.set('ada');
    const context = loop.callSoon(() => who.set('grace')).getContext() as Context;
    await sleep(0);
    assert.equal(context.get(who), 'grace');
    assert.equal(who.get(), 'ada');
  }));
