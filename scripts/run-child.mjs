// Runs a program in the foreground as if it were this process: same terminal, same exit code or
// signal, and every signal reaches it exactly once.
//
// Why that is not `stdio: 'inherit'` and nothing else: on Ctrl-C the terminal signals every process of
// the foreground group (npm, this process, and the child if it is in that group), and npm then sends
// SIGINT once more to the script it runs. `kill` of npm or of this process, on the other hand, reaches
// no one else. To the child, one key press would be two signals, or one `kill` none. So the child gets a
// session of its own, out of the terminal's reach (the terminal stays usable through the inherited
// descriptors), this process forwards, and signals that arrive within a moment of each other are one.

import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Terminal and npm both report one key press; they do so well within this time (milliseconds). */
const oneKeyPress = 150;

/**
 * Runs the program; resolves when it has ended. A death by signal is reported as `signal`.
 * @param {string} program
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @param {(pid: number) => void} [started] is told its process id
 * @returns {Promise<{ code: number | null, signal: NodeJS.Signals | null }>}
 */
export function runChild(program, args, options = {}, started = () => {}) {
  const posix = process.platform !== 'win32';
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: 'inherit', detached: posix });
    if (child.pid !== undefined) started(child.pid);
    /** @type {Map<string, number>} */
    const lastForwarded = new Map();
    /** @type {Map<NodeJS.Signals, () => void>} */
    const handlers = new Map();
    for (const signal of /** @type {NodeJS.Signals[]} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'])) {
      handlers.set(signal, () => {
        if (!posix) return; // the Windows console has signalled the child already
        const now = performance.now();
        const doubled = process.env['npm_lifecycle_event'] !== undefined;
        if (doubled && now - (lastForwarded.get(signal) ?? -Infinity) < oneKeyPress) return;
        lastForwarded.set(signal, now);
        child.kill(signal);
      });
    }
    if (posix) {
      handlers.set('SIGWINCH', () => void child.kill('SIGWINCH'));
      handlers.set('SIGTSTP', () => {
        signalGroup(child.pid, 'SIGSTOP');
        process.kill(process.pid, 'SIGSTOP');
      });
      handlers.set('SIGCONT', () => signalGroup(child.pid, 'SIGCONT'));
    }
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const done = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.on('error', (error) => {
      done();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      done();
      resolve({ code, signal });
    });
  });
}

/**
 * Ends this process the way the child ended.
 * @param {{ code: number | null, signal: NodeJS.Signals | null }} result
 */
export function exitLike({ code, signal }) {
  if (signal === null) process.exit(code ?? 1);
  // If the signal does not end this process at once, the shell's number for it does.
  setTimeout(() => process.exit(128 + (constants.signals[signal] ?? 0)), 100);
  process.kill(process.pid, signal);
}

/** @param {number | undefined} pid @param {NodeJS.Signals} signal */
function signalGroup(pid, signal) {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended in the meantime.
  }
}
