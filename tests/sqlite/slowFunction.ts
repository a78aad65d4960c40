// A function of SQL whose module is loaded when a gate is open: so a database can be held at its opening.

import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { workerModule } from '../../src/asyncio.ts';
import type { WorkerFunction } from '../../src/asyncio.ts';
import { place } from './opened.ts';

export interface SlowFunction {
  /** It returns 7. */
  readonly fn: WorkerFunction<() => number>;
  /** How often its module was begun to be loaded. */
  loads(): number;
  shut(): void;
  open(): void;
  /** Loading it fails. */
  fail(): void;
}

export function slowFunction(name: string): SlowFunction {
  const [file, gate, log] = [place(`${name}.mjs`), place(`${name}.gate`), place(`${name}.log`)];
  writeFileSync(log, '');
  writeFileSync(
    file,
    `import { appendFileSync, existsSync, readFileSync } from 'node:fs';
    const gate = ${JSON.stringify(gate)};
    appendFileSync(${JSON.stringify(log)}, '.');
    if (existsSync(gate) && readFileSync(gate, 'utf8') === 'fail') throw new Error('not today');
    while (existsSync(gate)) await new Promise((resolve) => setTimeout(resolve, 2));
    export const seven = () => 7;`,
  );
  const { seven } = workerModule<{ seven(): number }>(pathToFileURL(file));
  return {
    fn: seven,
    loads: () => readFileSync(log, 'utf8').length,
    shut: () => writeFileSync(gate, 'shut'),
    open: () => existsSync(gate) && rmSync(gate),
    fail: () => writeFileSync(gate, 'fail'),
  };
}
