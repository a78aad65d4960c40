// Where the time of this thread has gone, asked afterwards: V8's sampling profiler, by an inspector session within the
// process. No port is opened. Bun, Deno and a Node without inspector have none.
//
// 1. The profiler is on as long as anybody wants it, and some time longer: to begin costs 10 to 40 ms, since V8 goes over
//    all functions then. A recording beside another one costs half a millisecond, so recordings follow each other, each
//    begun before the one before it ends. Only `console.profile` of the inspector has several at a time.
// 2. A recording is short, for its memory grows, and because V8 counts lines for the whole of one: what is asked about is
//    the last moments, so a line is told only if it had samples in them for certain.
// 3. While the inspector is open to others nothing is recorded anew: `console.profile` would show in their tools.

import process from 'node:process';
import type * as Inspector from 'node:inspector';
import { isOwnLine } from './ownFile.ts';
import { original } from './sourceMap.ts';

/** Microseconds between two samples. */
const INTERVAL = 5000;
/** How long a recording may be without being asked for, in milliseconds. */
const LONGEST = 500;
/** With fewer samples it would be chance. */
const FEWEST = 3;
/** How long the profiler stays on when nobody wants it any more: one program after another may, as in tests. */
const LINGER = 1000;

/** The function in which most of the time went, with what of the runtime and of the library it called. */
export interface HotSpot {
  readonly name: string;
  /** `file:line:column`: the line of most of its samples, or else the one on which it begins. */
  readonly place: string;
  /** Its part of the time, 0 to 1. */
  readonly share: number;
}

type Profile = Inspector.Profiler.Profile;
type Node = Inspector.Profiler.ProfileNode;

interface Recorder {
  readonly session: Inspector.Session;
  readonly inspector: typeof Inspector;
  title: string;
  began: number;
  finished: Profile | undefined;
}

let recorder: Recorder | undefined;
let wanted = 0;
let endLater: (() => void) | undefined;
let titles = 0;

/** Begins to record. Returns what ends it.
 * @param unheldTimer a timer of the host that doesn't keep the process alive */
export function recordHotSpots(
  unheldTimer: (delay: number, callback: () => void) => () => void,
): () => void {
  wanted++;
  endLater?.();
  endLater = undefined;
  recorder ??= begin();
  return () => {
    if (--wanted > 0) return;
    endLater = unheldTimer(LINGER, () => {
      recorder?.session.disconnect();
      recorder = undefined;
    });
  };
}

/** To be called now and then, between two pieces of work. */
export function keepRecordingShort(): void {
  if (recorder !== undefined && performance.now() - recorder.began > LONGEST) takeRecording();
}

/** Where the last `took` milliseconds have gone; undefined where that is not known. */
export function hotSpotOf(took: number): HotSpot | undefined {
  if (took * 1000 < FEWEST * INTERVAL) return undefined;
  const profile = takeRecording();
  return profile && hottest(profile, profile.endTime - took * 1000);
}

function begin(): Recorder | undefined {
  // Bun and Deno have sessions, and not what they are asked here.
  if ('bun' in process.versions || 'deno' in process.versions) return undefined;
  try {
    const inspector = process.getBuiltinModule('node:inspector');
    const session = new inspector.Session();
    session.connect();
    const made: Recorder = { session, inspector, title: '', began: 0, finished: undefined };
    session.on(
      'Profiler.consoleProfileFinished',
      ({
        params,
      }: Inspector.InspectorNotification<Inspector.Profiler.ConsoleProfileFinishedEventDataType>) => {
        if (params.title === made.title) made.finished = params.profile;
      },
    );
    session.post('Profiler.enable');
    session.post('Profiler.setSamplingInterval', { interval: INTERVAL });
    startRecording(made);
    return made;
  } catch {
    return undefined; // It was built without, or is not permitted.
  }
}

function startRecording(to: Recorder): void {
  to.title = `asyncio-ts ${titles++}`;
  to.began = performance.now();
  to.inspector.console.profile(to.title);
}

// Each call of the session is answered before it returns.
function takeRecording(): Profile | undefined {
  if (recorder === undefined || recorder.inspector.url() !== undefined) return undefined;
  const { title, inspector } = recorder;
  startRecording(recorder);
  const next = recorder.title;
  recorder.title = title;
  recorder.finished = undefined;
  inspector.console.profileEnd(title);
  recorder.title = next;
  const profile = recorder.finished as Profile | undefined;
  recorder.finished = undefined;
  return profile;
}

interface Hot {
  readonly node: Node;
  samples: number;
  readonly nodes: Map<Node, number>;
}

function hottest(
  { nodes, samples = [], timeDeltas = [], startTime }: Profile,
  since: number,
): HotSpot | undefined {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id])));
  const programs = (id: number): Node | undefined => {
    for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
      const node = byId.get(at);
      if (node !== undefined && isProgram(node.callFrame.url)) return node;
    }
    return undefined;
  };
  const found = new Map<string, Hot>();
  let all = 0;
  let now = startTime;
  for (const [index, id] of samples.entries()) {
    now += timeDeltas[index] ?? 0;
    if (now < since) continue;
    all++;
    const node = programs(id);
    if (node === undefined) continue;
    const { scriptId, lineNumber, columnNumber } = node.callFrame;
    const key = `${scriptId}:${lineNumber}:${columnNumber}`;
    let hot = found.get(key);
    if (hot === undefined) found.set(key, (hot = { node, samples: 0, nodes: new Map() }));
    hot.samples++;
    if (node.id === id) hot.nodes.set(node, (hot.nodes.get(node) ?? 0) + 1);
  }
  const [best] = [...found.values()].toSorted((a, b) => b.samples - a.samples);
  if (best === undefined || best.samples < FEWEST) return undefined;
  const { functionName, url, lineNumber, columnNumber } = best.node.callFrame;
  const line = lineOf(best);
  return {
    name: functionName,
    place: original(url, line ?? lineNumber, line === undefined ? columnNumber : undefined),
    share: best.samples / all,
  };
}

// The line counts are those of the whole recording. Of a node's ticks so many were not in the time that is asked about; a
// line with more than these was in it.
function lineOf({ nodes }: Hot): number | undefined {
  let best: number | undefined;
  let most = 0;
  for (const [{ hitCount = 0, positionTicks = [] }, samples] of nodes)
    for (const { line, ticks } of positionTicks) {
      if (ticks <= most || ticks <= hitCount - samples) continue;
      most = ticks;
      best = line - 1;
    }
  return best;
}

const isProgram = (url: string): boolean => url !== '' && !url.startsWith('node:') && !isOwnLine(url);
