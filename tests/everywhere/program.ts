// Text that is run as a program, as it is or rewritten.

import * as asyncio from '../../src/asyncio.ts';
import { loadPeers } from '../../src/everywhere/peers.ts';
import { rewrite } from '../../src/everywhere/rewrite.ts';
import * as runtime from '../../src/everywhere/runtime.ts';

export const peers = loadPeers();

/** The text of a CommonJS file, rewritten. */
export function rewritten(code: string): string {
  const source = {
    code,
    file: 'app.cjs',
    shown: 'app.ts',
    runtime: 'runtime',
    format: 'commonjs',
  } as const;
  return String(rewrite(source, peers) ?? code);
}

/** What the text returns, which sees the library's names and `scope`. */
export function evaluate(
  code: string,
  scope: Record<string, unknown> = {},
  plain: boolean = false,
): unknown {
  const names = { ...asyncio, require: () => runtime, ...scope };
  const body = plain ? code : rewritten(code);
  // oxlint-disable-next-line typescript/no-implied-eval -- the programs under test are texts
  return (new Function(...Object.keys(names), body) as (...args: unknown[]) => unknown)(
    ...Object.values(names),
  );
}

/** An async function without parameters whose body is the text, rewritten. */
export function body<T = unknown>(code: string, scope: Record<string, unknown> = {}): () => Promise<T> {
  return evaluate(`return async function main() { ${code}\n}`, scope) as () => Promise<T>;
}
