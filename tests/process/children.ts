// The children of this process, as the system lists them.

import { readdirSync, readFileSync } from 'node:fs';
import process from 'node:process';

/** Numbers and states of the children that are not reaped: a zombie's state is Z. */
export function childrenOfProcess(): string[] {
  const children: string[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'latin1');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      if (Number(parent) === process.pid) children.push(`${name} ${state}`);
    } catch {
      // It has gone meanwhile.
    }
  }
  return children;
}

/** What `await using` does, which Node 22 does not read. */
export async function disposing(held: AsyncDisposable, body: () => Promise<unknown>): Promise<void> {
  try {
    await body();
  } finally {
    await held[Symbol.asyncDispose]();
  }
}
