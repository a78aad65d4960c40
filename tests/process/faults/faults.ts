// What a program does to children when it does much of it: many quick ones, much data, many side by side, and cancels in
// every state. Each function returns what does not hold, in words; nothing when all is well.

import {
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  gather,
  isCancelled,
  PIPE,
  sleep,
} from '../../../src/asyncio.ts';
import type { Task } from '../../../src/asyncio.ts';
import { openDescriptors } from '../../../src/testing/hostWork.ts';
import { randomFrom } from '../../storm/storm.ts';
import { childrenOfProcess, disposing } from '../children.ts';

/** Many quick children, some at a time: the descriptors stay as they were, and none is left to be reaped. */
export async function manyChildren(count: number, atOnce: number): Promise<string[]> {
  // The loop opens what it waits by for the first pipe.
  await (await createSubprocessExec('true', { stdout: PIPE })).communicate();
  const before = openDescriptors().size;
  let left = count;
  let wrong = 0;
  const worker = async (): Promise<void> => {
    while (left-- > 0) {
      const process = await createSubprocessExec('true', { stdin: 'devnull', stdout: PIPE });
      const [output] = await process.communicate();
      if (output.length !== 0 || process.returncode !== 0) wrong++;
    }
  };
  await gather(...Array.from({ length: atOnce }, () => worker));
  const failures = await nothingLeft(before);
  if (wrong > 0) failures.push(`${wrong} of ${count} children ended otherwise than by themselves`);
  return failures;
}

/** Bytes that go through `cat` by communicate. */
export async function throughCat(bytes: number): Promise<string[]> {
  const input = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 4096) input.writeUInt32LE(at, at);
  const process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
  const [output] = await process.communicate(input);
  return output.equals(input) && process.returncode === 0
    ? []
    : ['what cat returned is not what it was given'];
}

/** Cancels at random moments of random operations on children, some of them twice. */
export async function cancelled(rounds: number, seed: number): Promise<string[]> {
  await (await createSubprocessExec('true', { stdout: PIPE })).communicate();
  const random = randomFrom(seed);
  const before = openDescriptors().size;
  const failures: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const failure = await one(random, random(OPERATIONS.length));
    if (failure !== undefined) failures.push(`round ${round}: ${failure}`);
  }
  return [...failures, ...(await nothingLeft(before))];
}

type Operation = (random: (limit: number) => number) => Promise<string | undefined>;

const QUICK = 'echo out; echo err >&2; cat';
const pipes = { stdin: PIPE, stdout: PIPE, stderr: PIPE };

const OPERATIONS: readonly Operation[] = [
  // Creating: whoever gets a child ends it.
  async (random) => {
    const got: AsyncDisposable[] = [];
    const task = createTask(async () => {
      got.push(
        random(2) === 0
          ? await createSubprocessExec('sleep', '3600')
          : await createSubprocessShell(QUICK, pipes),
      );
    });
    await strike(task, random);
    for (const process of got) await process[Symbol.asyncDispose]();
    return undefined;
  },
  // Waiting: the others go on waiting.
  async (random) => {
    const process = await createSubprocessShell('read line; exit 3', { stdin: PIPE });
    const others = [createTask(() => process.wait()), createTask(() => process.wait())];
    const task = createTask(() => process.wait());
    if (random(2) === 0) process.stdin.close();
    await strike(task, random);
    process.stdin.close();
    const codes = await Promise.all([...others, process.wait()]);
    return codes.every((code) => code === 3) ? undefined : `waiters got ${codes.join()}`;
  },
  // Communicating: each byte comes once, whichever call returns it.
  async (random) => {
    const process = await createSubprocessShell(QUICK, pipes);
    const input = Buffer.alloc(1 + random(200_000), 'x');
    let started = false;
    const first = createTask(async () => {
      started = true;
      return await process.communicate(input);
    });
    await strike(first, random);
    const done = first.cancelled() ? undefined : first.result();
    const [stdout, stderr] = done ?? (await process.communicate(started ? undefined : input));
    const whole = stdout.length === 4 + input.length && String(stderr) === 'err\n';
    return whole && process.returncode === 0
      ? undefined
      : `communicate gave ${stdout.length}, ${stderr.length} bytes`;
  },
  // Reading and writing: nothing is lost.
  async (random) => {
    const process = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
    process.stdin.write(Buffer.from('one\ntwo\n'));
    process.stdin.close();
    const lines: string[] = [];
    const task = createTask(async () => {
      for await (const line of process.stdout) lines.push(String(line));
    });
    await strike(task, random);
    lines.push(String(await process.stdout.read()));
    await process.wait();
    return lines.join('') === 'one\ntwo\n' ? undefined : `read ${JSON.stringify(lines)}`;
  },
  // Ending by a block.
  async (random) => {
    const task = createTask(async () => {
      const process = await createSubprocessShell(QUICK, pipes);
      await disposing(process, async () => {
        await process.stdout.readline();
        await process.wait();
      });
    });
    await strike(task, random);
    return undefined;
  },
];

async function one(random: (limit: number) => number, which: number): Promise<string | undefined> {
  const operation = OPERATIONS[which] as Operation;
  const failure = await operation(random);
  return failure === undefined ? undefined : `operation ${which}: ${failure}`;
}

/** Cancels `task` before it starts, after some turns of the loop, or after some time; maybe twice. */
async function strike(task: Task<unknown>, random: (limit: number) => number): Promise<void> {
  const turns = random(6);
  for (let turn = 0; turn < turns; turn++) await sleep(turn < 4 ? 0 : random(5));
  task.cancel();
  if (random(2) === 0) {
    if (random(2) === 0) await sleep(0);
    task.cancel();
  }
  await task.catch((error: unknown) => {
    if (!isCancelled(error)) throw error;
  });
}

async function nothingLeft(descriptors: number): Promise<string[]> {
  for (let turn = 0; turn < 50; turn++) {
    if (openDescriptors().size <= descriptors && childrenOfProcess().length === 0) return [];
    await sleep(10);
  }
  return [
    `${openDescriptors().size - descriptors} descriptors and ${childrenOfProcess().join()} were left`,
  ];
}
