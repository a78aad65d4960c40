// npm run corpus -- --tools: the old packages' own tests, against asyncio-ts/tools.
//
// A copy of each package gets an adapter of ours in the place of its entry; its tests stay as they are.
// Not all pass: docs/tools.md says what ours do otherwise.

import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { patiently, prepare } from './suite.ts';
import { toolPackages } from './toolPackages.ts';
import type { ToolPackage } from './toolPackages.ts';

/** A copy of the package with ours inside. */
function replaced(one: ToolPackage, source: string): string {
  const folder = prepare(one, source);
  const copy = `${folder}-tools`;
  if (!existsSync(copy)) cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  for (const [file, adapter] of Object.entries(one.entries)) {
    const url = pathToFileURL(join(import.meta.dirname, 'adapters', adapter)).href;
    writeFileSync(
      join(copy, file),
      `export * from '${url}';\nexport { entry as default } from '${url}';\n`,
    );
  }
  for (const [file, from, to] of one.edits ?? []) {
    const path = join(copy, file);
    writeFileSync(path, readFileSync(path, 'utf8').replace(from, to));
  }
  return copy;
}

/** Runs the suites of `names`, or all, and prints which of their tests fail; returns how many suites printed nothing. */
export function runTools(names: readonly string[], source: string, json: boolean): number {
  let silent = 0;
  const table: object[] = [];
  for (const one of toolPackages) {
    if (names.length > 0 && !names.includes(one.name)) continue;
    const results = patiently(one, replaced(one, source), [], []);
    const failed = results.filter((line) => line.startsWith('not ')).map((line) => line.slice(7));
    const passed = results.length - failed.length;
    table.push({ package: one.name, passed, tests: results.length, failed });
    if (results.length === 0) silent++;
    if (json) continue;
    console.log(`${one.name}  ${passed} of ${results.length}`);
    for (const title of failed) console.log(`  fails: ${title}`);
  }
  if (json) console.log(JSON.stringify({ silent, packages: table }, undefined, 2));
  return silent;
}
