// Ends what hangs in a test run, and says what it was: a run without an end tells nobody anything.
//
// `node --test` waits for ever for a file whose process stays (a handle left open behind its last test), and for a
// pipe that a grandchild still holds when the file's process has gone; its --test-timeout only ends tests.
//
// 1. What belongs to the run is told by a variable of the environment, which children inherit, so that an orphan is found too.
// 2. A process of the run that lives longer than the limit is ended with SIGKILL; the lines printed name it, its
//    parents and what it waits in. Its file then fails.
// 3. A runner that has no process left and does not end is ended as well.
// 4. Only Linux tells all this (/proc); elsewhere nothing is watched.
// Plain JavaScript for Node 18 and later.

import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const marker = 'ASYNCIO_TS_TEST_RUN';

/** The longest a test file takes is a quarter of this (milliseconds). */
const processLimit = 480_000;

/** How long a runner may go on with no process left (milliseconds). */
const runnerLimit = 60_000;

const period = 5_000;

/** @typedef {{ pid: number, parent: number, state: string, age: number, command: string }} Process */

/**
 * A run's mark for the environment of its runner, and what watches the processes that bear it.
 * @param {{ patience?: number, limit?: number, idle?: number, period?: number, print?: (line: string) => void }} [options] limits in milliseconds, and by what they are multiplied milliseconds
 */
export function createWatchdog(options = {}) {
  const limit = (options.limit ?? processLimit) * (options.patience ?? 1);
  const idle = options.idle ?? runnerLimit;
  const print = options.print ?? console.log;
  const mark = randomUUID();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  return {
    env: { [marker]: mark },
    /** Begins to watch the run of the runner with this process id. @param {number} runner */
    watch(runner) {
      if (process.platform !== 'linux') return;
      let seen = performance.now();
      timer = setInterval(() => {
        const processes = marked(mark).filter((each) => each.pid !== runner);
        if (processes.length > 0) seen = performance.now();
        for (const late of processes.filter((each) => each.age > limit)) {
          print(`✖ hangs, ended after ${Math.round(late.age / 1000)} s: ${describe(late, processes)}`);
          kill(late.pid);
        }
        if (performance.now() - seen <= idle) return;
        print('✖ the test runner hangs with no test running, ended');
        kill(runner);
      }, options.period ?? period);
      timer.unref();
    },
    stop() {
      clearInterval(timer);
    },
  };
}

/** The processes with this mark. @param {string} mark @returns {Process[]} */
function marked(mark) {
  const up = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        if (!readFileSync(`/proc/${name}/environ`, 'latin1').includes(`${marker}=${mark}\0`)) return [];
        const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
        // The second field, a name in parentheses, may hold anything. A tick is a hundredth of a second wherever Node runs.
        const [state = '', parent, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
        const age = (up - Number(fields[17]) / 100) * 1000;
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').split('\0').join(' ').trim();
        return [{ pid: Number(name), parent: Number(parent), state, age, command }];
      } catch {
        return []; // It has ended, or is somebody else's.
      }
    });
}

/** @param {Process} late @param {Process[]} all */
function describe(late, all) {
  const lines = [
    `process ${late.pid} (${late.state}, in ${inKernel(late.pid)}) ${late.command.slice(0, 400)}`,
  ];
  for (let parent = parentOf(late, all); parent !== undefined; parent = parentOf(parent, all))
    lines.push(`  child of ${parent.pid} ${parent.command.slice(0, 200)}`);
  for (const child of all.filter((each) => each.parent === late.pid))
    lines.push(`  has ${child.pid} (${child.state}) ${child.command.slice(0, 200)}`);
  lines.push(`  holds ${openFiles(late.pid)}`);
  return lines.join('\n');
}

/** @param {Process} one @param {Process[]} all */
const parentOf = (one, all) => all.find((each) => each.pid === one.parent);

/** @param {number} pid */
function inKernel(pid) {
  try {
    return readFileSync(`/proc/${pid}/wchan`, 'latin1') || 'no call';
  } catch {
    return 'no call';
  }
}

/** @param {number} pid */
function openFiles(pid) {
  try {
    const folder = `/proc/${pid}/fd`;
    const open = readdirSync(folder).map((name) => `${name} ${readlinkSync(`${folder}/${name}`)}`);
    return open.slice(0, 60).join(', ');
  } catch {
    return 'nothing that can be read';
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended in the meantime.
  }
}
