// A program in a terminal of its own, by tmux: what a person sees of it, and the keys that they press.

import { execFileSync, spawnSync } from 'node:child_process';
import process from 'node:process';
import { setTimeout as pause } from 'node:timers/promises';
import { root } from '../scripts/runtime.mjs';

/** How long a screen is looked at for what never comes, in milliseconds. */
const PATIENCE = 60_000;

/** Why a test that needs a terminal is skipped. */
export const noTerminal: false | string =
  spawnSync('tmux', ['-V']).status === 0 ? false : 'tmux is missing';

export interface Terminal {
  /** The lines that can be seen now. */
  screen(): string[];
  /** The same with its escape sequences. */
  styled(): string;
  /** Presses keys by tmux's names: `C-c`, `Enter`, `Tab`. */
  keys(...keys: string[]): void;
  /** Types a text as it is. */
  type(text: string): void;
  /** Waits until a line of the screen matches, and returns the screen.
   * @throws Error with the screen, when none did for a minute */
  seen(pattern: RegExp): Promise<string[]>;
}

const server = `test-${process.pid}`;
let opened = 0;
const tmux = (...args: string[]): string =>
  execFileSync('tmux', ['-L', server, '-f', '/dev/null', ...args], { encoding: 'utf8' });

/** Ends all terminals of this process. */
export function closeTerminals(): void {
  spawnSync('tmux', ['-L', server, 'kill-server']);
}

/** Starts a shell's command in the project's folder; its exit code follows it as `exit 0`. */
export function openTerminal(columns: number, rows: number, command: string): Terminal {
  if (opened === 0) process.once('exit', closeTerminals);
  const name = `${columns}x${rows}-${(opened += 1)}`;
  const line = `trap : INT; cd ${root}; env -u NO_COLOR -u CI ${command}; echo "exit $?"; sleep 100`;
  tmux('new-session', '-d', '-s', name, '-x', String(columns), '-y', String(rows), `sh -c '${line}'`);
  const screen = (): string[] => tmux('capture-pane', '-p', '-t', name).trimEnd().split('\n');
  return {
    screen,
    styled: () => tmux('capture-pane', '-p', '-e', '-t', name),
    keys: (...keys) => void tmux('send-keys', '-t', name, ...keys),
    type: (text) => void tmux('send-keys', '-t', name, '-l', text),
    seen: async (pattern) => {
      const began = performance.now();
      let lines = screen();
      while (!lines.some((line) => pattern.test(line))) {
        if (performance.now() - began > PATIENCE)
          throw new Error(`${pattern} did not come; the screen shows:\n${lines.join('\n')}`);
        await pause(20);
        lines = screen();
      }
      return lines;
    },
  };
}
