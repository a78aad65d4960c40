// Children with a mark in their environment, by which those that are left are found under /proc.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { randomUUID } from 'node:crypto';
import { after } from 'node:test';

/** Why a test that looks for processes is skipped where they can't be seen. */
export const linuxOnly: false | string =
  process.platform === 'linux' ? false : 'only Linux shows all processes under /proc';

export class Mark {
  readonly #value: string = randomUUID();

  /** This process's environment with the mark. */
  get env(): Record<string, string | undefined> {
    return { ...process.env, TEST_MARK: this.#value };
  }

  /** What runs with it: numbers and command lines. */
  running(): string[] {
    return readdirSync('/proc').flatMap((pid) => {
      try {
        if (!/^\d+$/.test(pid) || !readFileSync(`/proc/${pid}/environ`, 'latin1').includes(this.#value))
          return [];
        if (/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return [];
        return [`${pid} ${readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ')}`];
      } catch {
        return [];
      }
    });
  }
}

/** A mark for the children of a test file, of which none may be left at its end. */
export function markChildren(): Mark {
  const mark = new Mark();
  after(() => assert.deepEqual(linuxOnly === false ? mark.running() : [], []));
  return mark;
}
