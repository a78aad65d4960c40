// A program in which others have replaced parts of the host before the library is imported, or after it. The
// argument says what.

import { mock } from 'node:test';
import FakeTimers from '@sinonjs/fake-timers';

const [, , what] = process.argv;
const restore: Record<string, () => (() => void) | Promise<unknown>> = {
  'fake timers': () => {
    const clock = FakeTimers.install();
    return () => clock.uninstall();
  },
  'fake performance': () => {
    const clock = FakeTimers.install({ toFake: ['performance'] });
    return () => clock.uninstall();
  },
  'fake dates': () => {
    const clock = FakeTimers.install({ toFake: ['Date', 'hrtime', 'queueMicrotask', 'Intl'] });
    return () => clock.uninstall();
  },
  'mock timers': () => {
    mock.timers.enable();
    return () => mock.timers.reset();
  },
  'zone.js': () => import('zone.js'),
};

const before = what !== 'zone.js after' && what !== undefined ? await restore[what]?.() : undefined;
const { run, sleep } = await import('../../../src/asyncio.ts');
if (what === 'zone.js after') await restore['zone.js']?.();
try {
  console.log(await run(() => sleep(0, { result: 'ran' })));
} catch (error) {
  const { name, code, message } = error as Error & { code: string };
  console.log(`${name} ${code}: ${message}`);
}
if (typeof before === 'function') before();
