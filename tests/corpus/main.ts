// npm run corpus: the test suites of public packages with rewritten awaits and without: the same results.
//
// Each suite runs as it is, rewritten, and rewritten with each test in a task, where every await goes through the
// library. Needs git, npm and the network.
//
//   npm run corpus -- [package…] [--tools] [--source=https://github.com/{owner}/{name}] [--json]
//
// With --tools: the suites of the packages whose shape asyncio-ts/tools has, against ours (tools.ts); what of them fails
// is what DIFFERENCES.md lists.

import { join } from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { root } from '../../scripts/runtime.mjs';
import { packages } from './packages.ts';
import { failuresOf, patiently, prepare } from './suite.ts';
import { runTools } from './tools.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    source: { type: 'string', default: 'https://github.com/{owner}/{name}' },
    tools: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

const register = join(root, 'src/everywhere/register.ts');
const inTasks = join(import.meta.dirname, 'inTasks.ts');
const ways = {
  plain: [],
  rewritten: [`--import=${register}`],
  'in tasks': [`--import=${register}`, `--import=${inTasks}`],
};

/** Whether no test fails, or the same ones fail again: those are the suite's own failures. */
function settled(): (results: readonly string[]) => boolean {
  let before = '';
  return (results) => {
    const failed = failuresOf(results).join('\n');
    if (failed === '' || failed === before) return true;
    before = failed;
    return false;
  };
}

function runRewritten(): number {
  let differences = 0;
  const table: object[] = [];
  for (const one of packages) {
    if (positionals.length > 0 && !positionals.includes(one.name)) continue;
    const folder = prepare(one, values.source);
    const row: Record<string, unknown> = { package: one.name, commit: one.commit.slice(0, 7) };
    let plain: string[] = [];
    for (const [way, flags] of Object.entries(ways)) {
      const isAsPlain = (all: readonly string[]): boolean => plain.every((line) => all.includes(line));
      const results = patiently(one, folder, flags, 4, way === 'plain' ? settled() : isAsPlain);
      if (way === 'plain') plain = results;
      const passed = results.filter((line) => line.startsWith('ok')).length;
      row[way] = `${passed} of ${results.length}`;
      // Some take minutes.
      console.error(`${one.name}, ${way}: ${row[way]}`);
      const other = [...new Set(results).symmetricDifference(new Set(plain))];
      if (other.length === 0 && results.length === plain.length && results.length > 0) continue;
      differences++;
      console.error(`${one.name}, ${way}: other results\n${other.map((line) => `  ${line}\n`).join('')}`);
    }
    table.push(row);
    if (!values.json) console.log(Object.values(row).join('  '));
  }
  if (values.json) console.log(JSON.stringify({ differences, packages: table }, undefined, 2));
  else console.log(differences === 0 ? 'the same results' : `${differences} suites with other results`);
  return differences;
}

const failures = values.tools ? runTools(positionals, values.source, values.json) : runRewritten();
process.exitCode = failures === 0 ? 0 : 1;
