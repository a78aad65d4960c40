// What asyncio's test_graph asks of call graphs, in our words. In debug mode, where the tasks that wait have
// stacks; the library's own functions do not show in them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import '../../harness.ts';
import {
  createTask,
  formatCallGraph,
  Future,
  gather,
  run,
  shield,
  sleep,
  taskGroup,
  timeout,
  wait,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { onBun } from '../../commandLine.ts';
import { shapeHere } from '../../graph/shape.ts';
import type { Shape } from '../../graph/shape.ts';

const skip = onBun ? 'Bun leaves the awaiting function out of the stack' : false;
const graphTest = (title: string, main: () => Promise<void>): void =>
  void test(title, { skip }, () => run(main, { debug: true }));

graphTest('graph: a task of a group, awaited by its parent and by two siblings', async () => {
  let shape: Shape | undefined;
  let text = '';
  const c5 = (): void => {
    shape = shapeHere();
    text = formatCallGraph();
  };
  const c4 = async (): Promise<void> => {
    await sleep(0);
    c5();
  };
  const c3 = async (): Promise<void> => await c4();
  const c2 = async (): Promise<void> => await c3();
  const c1 = async (task: Task<void>): Promise<void> => await task;
  const body = async (): Promise<void> => {
    await taskGroup(async (group) => {
      const task = group.createTask(c2, { name: 'c2_root' });
      group.startSoon(
        async function one() {
          await c1(task);
        },
        { name: 'sub_main_1' },
      );
      group.startSoon(
        async function two() {
          await c1(task);
        },
        { name: 'sub_main_2' },
      );
    });
  };
  await body();
  const [name, stack, awaitedBy] = shape as Shape;
  assert.deepEqual([name, stack], ['T<c2_root>', ['c5', 'c4', 'c3', 'c2']]);
  const parent = awaitedBy.find(([of]) => of === 'T<main>');
  assert.equal(parent?.[1][0], 'body');
  assert.deepEqual(parent?.[2], []);
  for (const [of, inner] of [
    ['T<sub_main_1>', 'one'],
    ['T<sub_main_2>', 'two'],
  ] as const) {
    const sibling = awaitedBy.find(([at]) => at === of);
    assert.deepEqual(sibling?.[1], ['c1', inner]);
    assert.deepEqual(sibling?.[2], [parent]);
  }
  assert.match(text, /in async c3\(\)/);
  assert.match(text, / {2}\+ Awaited by:\n {4}\* Task\(name='main', id=0x/);
});

graphTest('graph: through an async generator', async () => {
  let shape: Shape | undefined;
  const nested = async (): Promise<void> => {
    shape = shapeHere();
  };
  async function* gen(): AsyncGenerator<number> {
    for (let i = 0; i < 2; i++) {
      yield i;
      if (i === 1) await nested();
    }
  }
  const body = async (): Promise<void> => {
    for await (const _ of gen());
  };
  await body();
  assert.deepEqual(shape?.[1].slice(0, 2), ['nested', 'gen']);
  assert.deepEqual(shape?.[2], []);
});

graphTest('graph: a child of gather', async () => {
  let shape: Shape | undefined;
  const deep = async (): Promise<void> => {
    await sleep(0);
    shape = shapeHere();
  };
  const c1 = async (): Promise<void> => {
    await sleep(0);
    await deep();
  };
  const body = async (): Promise<void> => {
    await gather(c1, () => sleep(0));
  };
  await body();
  assert.deepEqual(shape?.[1], ['deep', 'c1']);
  assert.deepEqual(
    shape?.[2].map(([name, stack]) => [name, stack[0]]),
    [['T<main>', 'body']],
  );
});

for (const [what, c1] of [
  [
    'shielded',
    async (inner: () => Promise<void>): Promise<void> => {
      await sleep(0);
      await inner();
    },
  ],
  [
    'shielded, under a timeout',
    async (inner: () => Promise<void>): Promise<void> => {
      await timeout(1000, async () => {
        await sleep(0);
        await inner();
      });
    },
  ],
] as const) {
  graphTest(`graph: ${what}`, async () => {
    let shape: Shape | undefined;
    const inner = async (): Promise<void> => {
      await sleep(0);
      shape = shapeHere();
    };
    const body = async (): Promise<void> => {
      await shield(() => c1(inner));
    };
    await body();
    assert.equal(shape?.[1][0], 'inner');
    assert.deepEqual(
      shape?.[2].map(([name, stack]) => [name, stack[0]]),
      [['T<main>', 'body']],
    );
  });
}

graphTest('graph: waited for with wait', async () => {
  let shape: Shape | undefined;
  const inner = async (): Promise<void> => {
    await sleep(0);
    shape = shapeHere();
  };
  const tasks = [
    createTask(inner),
    createTask(async () => {
      for (let i = 0; i < 3; i++) await sleep(0);
    }),
  ];
  const body = async (): Promise<void> => {
    while ((await wait(tasks))[1].size > 0);
  };
  await body();
  assert.deepEqual(shape?.[1], ['inner']);
  assert.deepEqual(
    shape?.[2].map(([name, stack]) => [name, stack[0]]),
    [['T<main>', 'body']],
  );
});

graphTest('graph: a task that is awaited', async () => {
  let shape: Shape | undefined;
  const inner = async (): Promise<void> => {
    shape = shapeHere();
  };
  const c2 = async (): Promise<void> => {
    await createTask(
      async function c1() {
        await inner();
      },
      { name: 'there there' },
    );
  };
  await c2();
  assert.deepEqual(shape?.slice(0, 2), ['T<there there>', ['inner', 'c1']]);
  assert.deepEqual(
    shape?.[2].map(([name, stack]) => [name, stack[0]]),
    [['T<main>', 'c2']],
  );
});

graphTest('graph: a future that two tasks await', async () => {
  const future = new Future<void>();
  await taskGroup(async (group) => {
    const a2 = async (): Promise<void> => await future;
    group.startSoon(
      async function a1() {
        await a2();
      },
      { name: 'task A' },
    );
    group.startSoon(
      async function b1() {
        await future;
      },
      { name: 'task B' },
    );
    for (let i = 0; i < 5; i++) await sleep(0);
    const [name, stack, awaitedBy] = shapeHere(future);
    assert.deepEqual([name, stack], ['F', []]);
    // The parent is running, so it has no stack.
    const parents: Shape[] = [['T<main>', [], []]];
    assert.deepEqual(awaitedBy, [
      ['T<task A>', ['a2', 'a1'], parents],
      ['T<task B>', ['b1'], parents],
    ]);
    assert.match(formatCallGraph(future), /^\* Future\(id=0x/);
    future.setResult();
  });
});
