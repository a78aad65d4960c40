// Random programs of structured blocks: a tree of sleeps, groups, timeouts, scopes, shields and races, run
// on a jumping clock while cancels hit it at random moments. The run checks the invariants that hold for
// every such program, whatever happens in it.

import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  allTasks,
  any,
  asCompleted,
  CancelScope,
  createTask,
  currentSignal,
  currentTask,
  eagerTaskFactory,
  failAfter,
  gather,
  hedge,
  isCancelled,
  Lock,
  newEventLoop,
  race,
  sleep,
  TaskGroup,
  taskGroup,
  timeout,
  TimeoutError,
  wait,
  waitFor,
} from '../../src/asyncio.ts';
import type { ExceptionContext, Handle, Task, Timeout } from '../../src/asyncio.ts';
import { viewLoop } from '../../src/lowlevel.ts';
import { JumpingClock } from '../jumpingClock.ts';
import { outcomeOf } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';

export type Tree =
  | { kind: 'sleep' | 'foreign' | 'fail' | 'lock' | 'signal'; ms: number }
  | { kind: 'sequence' | 'sideBySide' | 'race' | 'any' | 'gather' | 'asCompleted'; of: Tree[] }
  | { kind: 'swallow' | 'taskOf'; of: Tree }
  | { kind: 'cleanUp' | 'start'; of: Tree; then: Tree }
  | { kind: 'timeout' | 'failAfter' | 'waitFor' | 'hedge'; ms: number; of: Tree }
  | { kind: 'scope'; ms: number | undefined; shield: boolean; of: Tree }
  | { kind: 'group'; body: Tree; children: Tree[]; background: boolean };

/** What hits the program from outside: at a time, and so many iterations later. */
export interface Hit {
  at: number;
  turns: number;
  what: 'task' | 'scope' | 'group' | 'deadline' | 'stray';
  pick: number;
}

export interface Program {
  tree: Tree;
  hits: Hit[];
  eager: boolean;
}

const ms = fc.integer({ min: 0, max: 12 });

export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree; leaf: Tree }>((tie) => ({
  leaf: fc.record({
    kind: fc.constantFrom('sleep', 'sleep', 'sleep', 'foreign', 'fail', 'lock', 'signal'),
    ms,
  }),
  tree: fc.oneof(
    { maxDepth: 5, depthSize: 'medium' },
    tie('leaf'),
    fc.record({
      kind: fc.constantFrom('sequence', 'sequence', 'sideBySide', 'race', 'any', 'gather', 'asCompleted'),
      of: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
    }) as fc.Arbitrary<Tree>,
    fc.record({ kind: fc.constantFrom('swallow', 'taskOf'), of: tie('tree') }) as fc.Arbitrary<Tree>,
    fc.record({
      kind: fc.constantFrom('cleanUp', 'start'),
      of: tie('tree'),
      then: tie('leaf'),
    }) as fc.Arbitrary<Tree>,
    fc.record({
      kind: fc.constantFrom('timeout', 'failAfter', 'waitFor', 'hedge'),
      ms,
      of: tie('tree'),
    }) as fc.Arbitrary<Tree>,
    fc.record({
      kind: fc.constant('scope'),
      ms: fc.option(ms, { nil: undefined }),
      shield: fc.boolean(),
      of: tie('tree'),
    }) as fc.Arbitrary<Tree>,
    fc.record({
      kind: fc.constant('group'),
      body: tie('tree'),
      children: fc.array(tie('tree'), { maxLength: 3 }),
      background: fc.boolean(),
    }) as fc.Arbitrary<Tree>,
  ),
})).tree;

export const programs: fc.Arbitrary<Program> = fc.record({
  tree: trees,
  hits: fc.array(
    fc.record({
      at: fc.integer({ min: 0, max: 25 }),
      turns: fc.integer({ min: 0, max: 4 }),
      what: fc.constantFrom<Hit['what'][]>('task', 'task', 'scope', 'group', 'deadline', 'stray'),
      pick: fc.nat(20),
    }),
    { maxLength: 4 },
  ),
  eager: fc.boolean(),
});

class Boom extends Error {}

/** How many bodies are alive in a block, those in its children's blocks included. */
interface Block {
  live: number;
}

class Running {
  readonly clock: JumpingClock = new JumpingClock();
  readonly loop = newEventLoop({ clock: this.clock });
  readonly scopes: CancelScope[] = [];
  readonly groups: TaskGroup[] = [];
  readonly timeouts: Timeout[] = [];
  readonly problems: string[] = [];
  readonly lock: Lock = new Lock();
  /** A task inside was cancelled by a stranger. */
  strayed: boolean = false;
  started: number = 0;
  ended: number = 0;
  /** Cancels that a `swallow` caught. */
  swallowed: number = 0;
  asked: number = 0;
  root: Task<void> | undefined;

  async body(tree: Tree, blocks: Block[]): Promise<void> {
    this.started++;
    for (const block of blocks) block.live++;
    try {
      await this.step(tree, blocks);
    } finally {
      this.ended++;
      for (const block of blocks) block.live--;
    }
  }

  /** Runs what makes a block, and looks whether all that started in it has ended. */
  async block<T>(what: string, blocks: Block[], make: (inner: Block[]) => Promise<T>): Promise<T> {
    const block: Block = { live: 0 };
    try {
      return await make([...blocks, block]);
    } finally {
      if (block.live !== 0) this.problems.push(`${what} was left with ${block.live} bodies alive`);
    }
  }

  async step(tree: Tree, blocks: Block[]): Promise<unknown> {
    const bodyOf = (of: Tree, inner: Block[]) => () => this.body(of, inner);
    switch (tree.kind) {
      case 'sleep':
        return await sleep(tree.ms);
      case 'foreign':
        return await new Promise<void>((resolve) => void this.loop.callLater(tree.ms, resolve));
      case 'fail':
        await sleep(tree.ms);
        throw new Boom();
      case 'lock':
        return await this.lock.with(() => sleep(tree.ms));
      case 'signal':
        await this.listen(currentSignal(), tree.ms);
        // Whoever asked for a signal is taken to wait for what he gave it to, until he waits for one of ours.
        return await sleep(0);
      case 'sequence':
        for (const one of tree.of) await this.body(one, blocks);
        return undefined;
      case 'sideBySide':
        return await this.block('side by side', blocks, async (inner) => {
          const ends = await Promise.allSettled(tree.of.map((one) => this.body(one, inner)));
          const errors = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as unknown] : []));
          if (errors.length > 0) throw errors.find(isCancelled) ?? errors[0];
        });
      case 'race':
        return await this.block('race', blocks, (inner) => race(tree.of.map((one) => bodyOf(one, inner))));
      case 'any':
        return await this.block('any', blocks, (inner) => any(tree.of.map((one) => bodyOf(one, inner))));
      case 'asCompleted':
        return await this.block('asCompleted', blocks, (inner) =>
          this.inOrder(tree.of.map((one) => createTask(bodyOf(one, inner)))),
        );
      case 'start':
        return await this.block('start', blocks, (inner) =>
          taskGroup((group) =>
            group.start<void>(
              async (status) => {
                await this.body(tree.of, inner);
                status.started();
                await this.body(tree.then, inner);
              },
              { background: tree.then.kind === 'sleep' },
            ),
          ),
        );
      case 'gather':
        return await this.block('gather', blocks, (inner) =>
          gather(
            tree.of.map((one) => bodyOf(one, inner)),
            { returnExceptions: true },
          ),
        );
      case 'hedge':
        return await this.block('hedge', blocks, (inner) =>
          hedge(bodyOf(tree.of, inner), { delay: tree.ms, max: 3 }),
        );
      case 'swallow':
        try {
          return await this.body(tree.of, blocks);
        } catch (error) {
          if (isCancelled(error)) this.swallowed++;
          return undefined;
        }
      case 'taskOf':
        return await this.block('task', blocks, async (inner) => {
          const task = createTask(bodyOf(tree.of, inner));
          try {
            return await task;
          } catch (error) {
            // A task that was cancelled and fails with an error takes the cancel with it (asyncio's rule).
            if (task.cancelling() > 0 && !isCancelled(error)) this.swallowed++;
            throw error;
          }
        });
      case 'cleanUp':
        return await this.cleanUp(tree.of, tree.then, blocks);
      case 'timeout':
        return await this.block('timeout', blocks, (inner) =>
          timeout(tree.ms, (mine) => {
            this.timeouts.push(mine);
            return this.body(tree.of, inner);
          }),
        );
      case 'failAfter':
        return await this.block('failAfter', blocks, (inner) => failAfter(tree.ms, bodyOf(tree.of, inner)));
      case 'waitFor':
        return await this.block('waitFor', blocks, (inner) => waitFor(bodyOf(tree.of, inner), tree.ms));
      case 'scope':
        return await this.block('scope', blocks, async (inner) => {
          const deadline = tree.ms === undefined ? Infinity : this.loop.time() + tree.ms;
          const scope = new CancelScope({ deadline, shield: tree.shield });
          this.scopes.push(scope);
          await scope.run(bodyOf(tree.of, inner));
        });
      case 'group':
        return await this.block('group', blocks, (inner) => {
          const group = new TaskGroup();
          this.groups.push(group);
          return group.run(async () => {
            for (const [i, child] of tree.children.entries()) {
              group.startSoon(bodyOf(child, inner), { background: tree.background && i === 0 });
            }
            await this.body(tree.body, inner);
          });
        });
    }
  }

  async inOrder(tasks: Task<void>[]): Promise<void> {
    try {
      for await (const next of asCompleted(tasks, { timeout: 9 })) next.result();
    } finally {
      await new CancelScope({ shield: true }).run(async () => {
        for (const task of tasks) task.cancel();
        await wait(tasks);
      });
    }
  }

  /** A foreign operation that takes a signal. */
  async listen(signal: AbortSignal, after: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        timer.cancel();
        reject(signal.reason);
      };
      const timer = this.loop.callLater(after, () => {
        signal.removeEventListener('abort', abort);
        resolve();
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    });
  }

  async cleanUp(tree: Tree, then: Tree, blocks: Block[]): Promise<void> {
    let cancelled = false;
    try {
      await this.body(tree, blocks);
    } catch (error) {
      cancelled = isCancelled(error);
      throw error;
    } finally {
      try {
        await this.body(then, blocks);
      } catch (error) {
        // An error of the clean-up takes the cancel's place.
        if (cancelled && !isCancelled(error)) this.swallowed++;
        // eslint-disable-next-line no-unsafe-finally -- as a finally of users does
        throw error;
      }
    }
  }

  hit({ what, pick }: Hit): void {
    const one = <T>(list: T[]): T | undefined => list[pick % Math.max(1, list.length)];
    if (what === 'task') {
      if (this.root?.cancel('hit') === true) this.asked++;
    } else if (what === 'stray') {
      const inside = [...allTasks(this.loop)].slice(2);
      this.strayed ||= one(inside)?.cancel('stray') === true;
    } else if (what === 'scope') one(this.scopes)?.cancel('hit');
    else if (what === 'group') one(this.groups)?.cancel();
    else {
      const scope = one(this.scopes);
      if (scope !== undefined) scope.deadline = this.loop.time() + (pick % 5);
      const mine = one(this.timeouts);
      if (mine !== undefined && !mine.expired()) {
        try {
          mine.reschedule(this.loop.time() + (pick % 3));
        } catch {
          // It has ended.
        }
      }
    }
  }
}

export interface Ended {
  outcome: Outcome;
  asked: number;
  swallowed: number;
  time: number;
}

/** Runs a program and asserts what always holds. */
export async function runProgram(program: Program): Promise<Ended> {
  const running = new Running();
  const { loop } = running;
  const reports: ExceptionContext[] = [];
  loop.setExceptionHandler((_loop, context) => reports.push(context));
  if (program.eager) loop.setTaskFactory(eagerTaskFactory);
  const rejections: unknown[] = [];
  const note = (error: unknown): void => void rejections.push(error);
  process.on('unhandledRejection', note);
  let hangs = false;
  let left: unknown[] = [];
  let counts: number[] = [];
  let outcome: Outcome = { value: undefined };
  try {
    const hung = setTimeout(() => {
      hangs = true;
      loop._halt();
    }, 2000);
    await loop.runUntilComplete(async () => {
      const root = createTask(async () => {
        try {
          await running.body(program.tree, []);
        } finally {
          counts = [currentTask()?.cancelling() ?? -1, running.asked, currentTask()?._innerCancels ?? -1];
        }
      });
      running.root = root;
      const due = new Map<Hit, Handle>();
      for (const hit of program.hits) {
        const later = (turns: number): void => {
          if (turns === 0) running.hit(hit);
          else due.set(hit, loop.callSoon(later, turns - 1));
        };
        due.set(hit, loop.callLater(hit.at, later, hit.turns));
      }
      outcome = await outcomeOf(root);
      for (const handle of due.values()) handle.cancel();
      await sleep(0);
      left = [...allTasks()].filter((task) => task !== currentTask());
    });
    clearTimeout(hung);
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(running.problems, [], 'no block was left before what it started');
    assert.equal(running.ended, running.started, 'every body that started has ended');
    assert.deepEqual(left.map(String), [], 'no task is left');
    assert.equal(viewLoop(loop).nextTimer, Infinity, 'no timer is left');
    assert.equal(running.lock.locked(), false, 'the lock is free');
    if (counts.length > 0) {
      assert.equal(counts[0], counts[1], 'the root is left with the cancels that were asked for');
      assert.equal(counts[2], 0, 'no block left a cancel in the root');
    }
    assert.deepEqual(rejections, [], 'no rejection is unhandled');
    const odd = reports.filter(({ message }) => !message.startsWith('A loser of'));
    assert.deepEqual(odd, [], 'nothing but losers is reported');
    if (running.asked === 0 && !running.strayed)
      assert.ok(!('cancelled' in outcome), 'no cancel came, and none came out');
    else if (running.asked > 0 && running.swallowed === 0)
      assert.ok(!('value' in outcome), 'a cancel is not lost');
    if ('error' in outcome) assert.ok(isExpected(outcome.error), String(outcome.error));
    return { outcome, asked: running.asked, swallowed: running.swallowed, time: loop.time() };
  } catch (error) {
    if (hangs) assert.fail('the program hangs');
    throw error;
  } finally {
    process.off('unhandledRejection', note);
    loop.close();
  }
}

function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError)
    return error.errors.every((one) => isCancelled(one) || isExpected(one));
  return error instanceof Boom || error instanceof TimeoutError;
}
