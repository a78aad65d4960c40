// Watchers on a tree of 5,000 files: how long they take to be on, what they cost, and which changes they lose.
//
//   node --conditions=asyncio-ts-source bench/io/watchers.ts [rounds]
//
// Each watcher runs in a process of its own, in turn. While it computes nothing, another process changes the tree: 2,000
// files are written anew, 500 removed, and 1,000 made in 100 new folders, as fast as it can. A change is lost when
// the watcher has not told of its path after the tree has been at rest for three seconds.

import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../../src/asyncio.ts';
import { watch } from '../../src/files/files.ts';

const FOLDERS = 100;
const FILES = 50;
const REST = 3000;

/** Tells each path that has changed, by `told`; resolves when it is on. */
type Start = (root: string, told: (path: string) => void) => Promise<void>;

const peer = (name: string): string => import.meta.resolve(`../../peers/node_modules/${name}`);

const watchers: Record<string, Start> = {
  ours: (root, told) =>
    new Promise((resolve, reject) => {
      run(async () => {
        const watching = await watch(root, { recursive: true });
        resolve();
        for await (const changes of watching) for (const { path } of changes) told(path);
      }).catch(reject);
    }),
  chokidar: async (root, told) => {
    const { watch: start } = (await import(peer('chokidar/index.js'))) as {
      watch(
        path: string,
        options: object,
      ): { on(event: string, listener: (event: string, path: string) => void): void };
    };
    const watching = start(root, { ignoreInitial: true });
    watching.on('all', (_event, path) => told(path));
    await new Promise<void>((resolve) => watching.on('ready', () => resolve()));
  },
  '@parcel/watcher': async (root, told) => {
    const { default: parcel } = (await import(peer('@parcel/watcher/index.js'))) as {
      default: {
        subscribe(
          path: string,
          heard: (error: unknown, events: { path: string }[]) => void,
        ): Promise<unknown>;
      };
    };
    await parcel.subscribe(root, (_error, events) => {
      for (const { path } of events) told(path);
    });
  },
};

interface Sample {
  readonly start: number;
  readonly startCpu: number;
  readonly rss: number;
  readonly lost: number;
  readonly cpu: number;
}

function makeTree(root: string): void {
  for (let folder = 0; folder < FOLDERS; folder++) {
    mkdirSync(join(root, `folder${folder}`));
    for (let file = 0; file < FILES; file++)
      writeFileSync(join(root, `folder${folder}`, `file${file}`), 'x');
  }
}

/** In a process of its own: changes the tree, and prints what it has changed. */
function changeTree(root: string): void {
  const changed: string[] = [];
  for (const folder of readdirSync(root)) {
    for (let file = 0; file < 25; file++) {
      const path = join(root, folder, `file${file}`);
      if (file < 20) writeFileSync(path, 'another');
      else rmSync(path);
      changed.push(path);
    }
    const made = join(root, folder, 'made');
    mkdirSync(made);
    for (let file = 0; file < 10; file++) {
      const path = join(made, `file${file}`);
      writeFileSync(path, 'new');
      changed.push(path);
    }
  }
  console.log(JSON.stringify(changed));
}

async function outputOf(child: ChildProcess): Promise<string> {
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}

function start(...args: string[]): ChildProcess {
  const flags = ['--expose-gc', '--conditions=asyncio-ts-source', import.meta.filename];
  return spawn(process.execPath, [...flags, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function measure(name: string, root: string): Promise<Sample> {
  const told: Set<string> = new Set();
  let last = performance.now();
  globalThis.gc?.();
  const rss = process.memoryUsage.rss();
  const cpu = process.cpuUsage();
  const began = performance.now();
  await watchers[name]?.(root, (path) => {
    told.add(path);
    last = performance.now();
  });
  const startTime = performance.now() - began;
  const { user, system } = process.cpuUsage(cpu);
  const before = process.cpuUsage();
  const changed = JSON.parse(await outputOf(start('change', root))) as string[];
  last = performance.now();
  while (performance.now() - last < REST) await new Promise((resolve) => setTimeout(resolve, 50));
  const spent = process.cpuUsage(before);
  globalThis.gc?.();
  return {
    start: startTime,
    startCpu: (user + system) / 1000,
    rss: (process.memoryUsage.rss() - rss) / 2 ** 20,
    lost: changed.filter((path) => !told.has(path)).length,
    cpu: (spent.user + spent.system) / 1000,
  };
}

async function round(name: string): Promise<Sample> {
  const root = mkdtempSync(join(tmpdir(), 'watchers-'));
  try {
    makeTree(root);
    return JSON.parse(await outputOf(start('measure', root, name))) as Sample;
  } finally {
    rmSync(root, { recursive: true });
  }
}

const [what = '3', root = '', name = ''] = process.argv.slice(2);
if (what === 'change') changeTree(root);
else if (what === 'measure') {
  console.log(JSON.stringify(await measure(name, root)));
  process.kill(process.pid, 'SIGKILL'); // whatever the watcher has open
} else {
  const least: Record<string, Sample> = {};
  for (let n = 0; n < Number(what); n++) {
    for (const each of Object.keys(watchers)) {
      const sample = await round(each);
      const before = least[each] ?? { ...sample, lost: 0 };
      const smaller = (key: keyof Sample): number => Math.min(before[key], sample[key]);
      least[each] = {
        start: smaller('start'),
        startCpu: smaller('startCpu'),
        rss: smaller('rss'),
        lost: Math.max(before.lost, sample.lost),
        cpu: smaller('cpu'),
      };
    }
  }
  const ours = least['ours'] as Sample;
  for (const [each, { start: time, startCpu, rss, lost, cpu }] of Object.entries(least)) {
    const times = (value: number, one: number): string =>
      `${Math.round(value)} (${(value / one).toFixed(2)})`;
    console.log(
      `${each.padEnd(16)} on after ${times(time, ours.start)} ms, processor ${times(startCpu, ours.startCpu)} ms, ` +
        `${times(rss, ours.rss)} MB more; of the burst ${lost} of 3500 lost, processor ${times(cpu, ours.cpu)} ms`,
    );
  }
}
