// npm run corpus -- --tools: the old packages' own tests, against asyncio-ts/tools.
//
// A copy of each package gets an adapter of ours in the place of its entry; its tests stay as they are.
// Not all pass. DIFFERENCES.md lists those that do not, each with the reason; another one that fails is a fault.

import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readDifferences } from './differences.ts';
import { failuresOf, patiently, prepare } from './suite.ts';
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

/** Runs the suites of `names`, or all, and prints what is otherwise than DIFFERENCES.md says; returns how many suites
 * that are. */
export function runTools(names: readonly string[], source: string, json: boolean): number {
  const known = readDifferences();
  let wrong = 0;
  const table: object[] = [];
  for (const one of toolPackages) {
    if (names.length > 0 && !names.includes(one.name)) continue;
    const { fails, mayFail } = known.get(one.name) ?? { fails: new Set(), mayFail: new Set() };
    const isListed = (title: string): boolean => fails.has(title) || mayFail.has(title);
    const results = patiently(one, replaced(one, source), [], 3, (all) => failuresOf(all).every(isListed));
    const failed = failuresOf(results);
    const unlisted = failed.filter((title) => !isListed(title));
    const mended = [...fails].filter((title) => !failed.includes(title));
    const passed = results.length - failed.length;
    table.push({ package: one.name, passed, tests: results.length, unlisted, mended });
    if (results.length === 0 || unlisted.length > 0 || mended.length > 0) wrong++;
    if (json) continue;
    console.log(`${one.name}  ${passed} of ${results.length}`);
    for (const title of unlisted) console.log(`  fails and is not listed: ${title}`);
    for (const title of mended) console.log(`  is listed and does not fail: ${title}`);
  }
  if (json) console.log(JSON.stringify({ wrong, packages: table }, undefined, 2));
  else console.log(wrong === 0 ? 'as DIFFERENCES.md says' : `${wrong} suites otherwise than it says`);
  return wrong;
}
