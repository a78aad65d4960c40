// What a thread that hangs is doing: a short profile, and its stack at one moment. Both are had in interrupts, with no turn
// of the thread's loop.
//
// The thread stands still for the moment in which its stack is read, and goes on at once; also when we end in the middle,
// for then the connection ends. One that somebody's debugger has stopped before is left standing.

import { sleep, timeout, TimeoutError } from '../../../asyncio.ts';
import { placeInSource } from '../../../lowlevel.ts';
import type { SeenFrame } from '../../../lowlevel.ts';
import type { Channel } from './session.ts';

/** How long the profile is, in milliseconds. */
const LENGTH = 200;
/** Microseconds between two samples. */
const INTERVAL = 1000;
/** How long the thread may take to stand, in milliseconds. */
const UNTIL_PAUSED = 300;

/** A function, and which part of the time was spent in it and in what of the runtime it called: 0 to 1. */
export interface Hot {
  readonly frame: SeenFrame;
  readonly share: number;
}

export interface ShortProfile {
  /** The functions in which the time goes, the hottest first. */
  readonly hot: readonly Hot[];
  /** The part of the time in which nothing ran. */
  readonly idle: number;
}

export async function profile(channel: Channel): Promise<ShortProfile> {
  await channel.send('Profiler.enable');
  await channel.send('Profiler.setSamplingInterval', { interval: INTERVAL });
  await channel.send('Profiler.start');
  await sleep(LENGTH);
  const { profile: recorded } = (await channel.send('Profiler.stop')) as { profile: Profile };
  await channel.send('Profiler.disable');
  return { hot: hottest(recorded), idle: idleShare(recorded) };
}

export interface ShortStop {
  /** The stack, innermost first; empty where no code of the program's runs, or it can't be stopped. */
  readonly stack: SeenFrame[];
  /** Whether the thread stood in a debugger already, as at a breakpoint. */
  readonly stood: boolean;
}

/** Where the thread is at one moment. */
export async function stackNow(channel: Channel): Promise<ShortStop> {
  const urls = new Map<string, string>();
  const stop = channel.listen((method, params) => {
    if (method !== 'Debugger.scriptParsed') return;
    const { scriptId, url } = params as { scriptId: string; url: string };
    urls.set(scriptId, url);
  });
  const framesOf = (frames: readonly CallFrame[]): SeenFrame[] =>
    frames.map(({ functionName, url, location }) =>
      frameOf(functionName, urls.get(location.scriptId) ?? url, location.lineNumber, location.columnNumber),
    );
  // Of a thread that stands already it is told before the answer.
  const standing = channel.expect('Debugger.paused');
  await channel.send('Debugger.enable');
  try {
    if (standing.arrived.done())
      return { stack: framesOf(callFramesOf(standing.arrived.result())), stood: true };
    return await timeout(UNTIL_PAUSED, async () => {
      for (;;) {
        const stack = framesOf(await pauseOnce(channel));
        // Between two microtasks there is only the runtime.
        if (stack.some(({ file }) => isProgram(file))) return { stack, stood: false };
        await sleep(1);
      }
    });
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    return { stack: [], stood: false };
  } finally {
    standing.stop();
    stop();
    await channel.send('Debugger.disable');
  }
}

async function pauseOnce(channel: Channel): Promise<readonly CallFrame[]> {
  const { arrived, stop } = channel.expect('Debugger.paused');
  try {
    await channel.send('Debugger.pause');
    return callFramesOf(await arrived);
  } finally {
    stop();
    await channel.send('Debugger.resume').catch(() => {});
  }
}

const callFramesOf = (paused: unknown): readonly CallFrame[] =>
  (paused as { readonly callFrames: readonly CallFrame[] }).callFrames;

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: {
    readonly functionName: string;
    readonly url: string;
    readonly lineNumber: number;
    readonly columnNumber: number;
  };
  readonly children?: readonly number[];
  readonly positionTicks?: readonly { readonly line: number; readonly ticks: number }[];
}

interface Profile {
  readonly nodes: readonly ProfileNode[];
  readonly samples?: readonly number[];
}

function hottest({ nodes, samples = [] }: Profile): Hot[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const found = new Map<string, { node: ProfileNode; count: number }>();
  for (const sample of samples) {
    // What the runtime does is done for the program's function that called it.
    let id: number | undefined = sample;
    while (id !== undefined && !isProgram(byId.get(id)?.callFrame.url)) id = parents.get(id);
    const node = id === undefined ? undefined : byId.get(id);
    if (node === undefined) continue;
    const { functionName, url, lineNumber } = node.callFrame;
    const key = `${functionName} ${url} ${lineNumber}`;
    const entry = found.get(key) ?? { node, count: 0 };
    found.set(key, { node: entry.node, count: entry.count + 1 });
  }
  return [...found.values()]
    .sort((a, b) => b.count - a.count)
    .map(({ node, count }) => ({ frame: hotFrame(node), share: count / samples.length }));
}

// By name, for these stand for what is no function: V8 calls them `(idle)`, `(program)`, `(garbage collector)`.
function idleShare({ nodes, samples = [] }: Profile): number {
  const idle = new Set(
    nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id),
  );
  return samples.length === 0 ? 1 : samples.filter((id) => idle.has(id)).length / samples.length;
}

const isProgram = (url: string | undefined): boolean =>
  url !== undefined && url !== '' && !url.startsWith('node:');

// The line of most samples, which lies in the loop that turns; the function's own where there are none.
function hotFrame({ callFrame, positionTicks = [] }: ProfileNode): SeenFrame {
  const { functionName, url, lineNumber, columnNumber } = callFrame;
  const [best] = positionTicks.toSorted((a, b) => b.ticks - a.ticks);
  return best === undefined
    ? frameOf(functionName, url, lineNumber, columnNumber)
    : frameOf(functionName, url, best.line - 1, -1);
}

// V8 counts from 0 here, and people from 1.
function frameOf(name: string, url: string, line: number, column: number): SeenFrame {
  return placeInSource({
    name: name || '<anonymous>',
    file: url,
    line: line + 1,
    column: column + 1,
    isAsync: false,
  });
}
