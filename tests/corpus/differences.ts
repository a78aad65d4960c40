// DIFFERENCES.md: the tests of the old packages that fail against asyncio-ts/tools, each under the reason for it.
//
//   ## package: passed of tests
//   **The reason.** What to do instead, where there is something.
//   - the title of a test
//   - (at times) the title of one that passes where the machine is quick enough

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A section of the file. */
export interface Differences {
  readonly passed: number;
  readonly tests: number;
  readonly fails: ReadonlySet<string>;
  /** Those of which it depends on the machine. */
  readonly mayFail: ReadonlySet<string>;
}

const AT_TIMES = '(at times) ';

export function readDifferences(): ReadonlyMap<string, Differences> {
  const text = readFileSync(join(import.meta.dirname, 'DIFFERENCES.md'), 'utf8');
  const all = new Map<string, Differences>();
  for (const section of text.split(/^## /m).slice(1)) {
    const [, name = '', passed, tests] = /^(\S+): (\d+) of (\d+)$/m.exec(section) ?? [];
    const items = [...section.matchAll(/^- (.*)$/gm)].map(([, item = '']) => item);
    all.set(name, {
      passed: Number(passed),
      tests: Number(tests),
      fails: new Set(items.filter((item) => !item.startsWith(AT_TIMES))),
      mayFail: new Set(
        items.filter((item) => item.startsWith(AT_TIMES)).map((item) => item.slice(AT_TIMES.length)),
      ),
    });
  }
  return all;
}
