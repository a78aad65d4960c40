import { strict as assert } from 'node:assert';
import { mock, test } from 'node:test';
import { Progress } from '../../../tour/screen/progress.ts';
import { noStyle } from '../noStyle.ts';

test('nothing is painted any more when the last phase has ended, though one before it never did', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const written: string[] = [];
    const terminal = { isTTY: true, columns: 80, write: (text: string) => written.push(text) };
    const progress = new Progress(terminal, true, noStyle);
    progress.begin('warm-up', () => ({ done: 1, total: 2 }));
    progress.begin('in turn', () => ({ done: 1, total: 2 }));
    progress.end('done', ['2 files']);
    assert.match(written.at(-1) ?? '', /in turn/);
    const before = written.length;
    mock.timers.tick(1000);
    assert.equal(written.length, before);
  } finally {
    mock.timers.reset();
  }
});
