// Random scripts over one connection (tests/net/connectionScript.ts) whose traces must be the same under CPython and
// on both backends. All is settled after each step. Left out is what differs on purpose or by what a host reads
// ahead, all of which stands in tests/net/contract/breaks.ts: what we do after the peer's reset or close, and what
// the peer sees of a close that drops bytes.

import { Oracle } from '../python.ts';
import type { Python } from '../python.ts';
import { shrink } from '../shrink.ts';
import { fileURLToPath } from 'node:url';
import { newEventLoop, run } from '../../../src/asyncio.ts';
import type { BackendName } from '../../../src/loop/backendName.ts';
import { playScript } from '../../net/connectionScript.ts';
import type { ConnectionScript } from '../../net/connectionScript.ts';

export function connectionScript(seed: number): ConnectionScript {
  let state = (seed * 2_654_435_761 + 99) >>> 0;
  const below = (count: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * count);
  };
  const steps: string[] = below(4) === 0 ? ['drops'] : [];
  let ended = false;
  let shut = false;
  const step = (word: string): void => void steps.push(word, 'settle', '?');
  for (let left = 2 + below(10); left > 0; left--) {
    const kind = below(12);
    if (kind < 3 && !ended) step(`sends:${'abc/'.slice(below(3))}`);
    else if (kind < 5 && !shut) step(`write:${'xyz'.slice(below(3))}`);
    else if (kind < 6 && !shut) {
      shut = true;
      step('writeEof');
    } else if (kind < 7 && !ended) {
      ended = true;
      step('ends');
    } else if (kind < 8) step('pause');
    else if (kind < 10) step('resume');
    else if (kind < 11) step('reads');
    else {
      step(['resets', 'close', 'abort'][below(3)] as string);
      step('resume');
      break;
    }
  }
  return { carrier: 'tcp', level: 'protocol', steps };
}

/** What can be compared of a trace: bytes that come in pieces are one, and the end of data is told once, which
 * asyncio tells again whenever reading is resumed behind it. */
export function together(trace: readonly string[]): string {
  const once = trace.filter((event, at) => event !== 'eof' || trace.indexOf('eof') === at);
  return once.join(' ').replaceAll(/(?<=data:\S*) data:/g, '');
}

export interface ScriptDifference {
  readonly seed: number;
  readonly steps: string;
  readonly cpython: string;
  readonly ours: Readonly<Partial<Record<BackendName, string>>>;
}

type Traces = readonly [cpython: string, ...ours: string[]];

/** The seeds whose traces differ anywhere, each with the smallest script that still does. */
export async function differentScripts(
  python: Python,
  backends: readonly BackendName[],
  first: number,
  count: number,
): Promise<ScriptDifference[]> {
  const program = fileURLToPath(new URL('../../net/connectionScript.py', import.meta.url));
  const oracle = new Oracle(python, program);
  const traces = async (scripts: readonly ConnectionScript[]): Promise<Traces[]> => {
    const all = [await oracle.ask<string[][]>(scripts)];
    for (const backend of backends) all.push(await playAll(backend, scripts));
    return scripts.map((_, at) => all.map((played) => together(played[at] as string[])) as [string]);
  };
  const scripts = Array.from({ length: count }, (_, at) => connectionScript(first + at));
  const different: ScriptDifference[] = [];
  try {
    for (const [at, found] of (await traces(scripts)).entries()) {
      if (!differ(found)) continue;
      const smaller = await shrink(scripts[at] as ConnectionScript, smallerScripts, async (candidates) =>
        (await traces(candidates)).map(differ),
      );
      const [[cpython, ...ours]] = (await traces([smaller])) as [Traces];
      const named = Object.fromEntries(backends.map((backend, index) => [backend, ours[index]]));
      different.push({ seed: first + at, steps: smaller.steps.join(' '), cpython, ours: named });
    }
  } finally {
    await oracle.close();
  }
  return different;
}

function differ([cpython, ...ours]: Traces): boolean {
  return ours.some((trace) => trace !== cpython);
}

function smallerScripts(script: ConnectionScript): ConnectionScript[] {
  return script.steps.map((_, at) => ({ ...script, steps: script.steps.toSpliced(at, 1) }));
}

async function playAll(backend: BackendName, scripts: readonly ConnectionScript[]): Promise<string[][]> {
  const loop = newEventLoop({ backend });
  const played: string[][] = [];
  await run(
    async () => {
      for (const script of scripts) played.push(await playScript(loop, script));
    },
    { loop, handleSignals: false },
  );
  return played;
}
