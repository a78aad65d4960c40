// Joins the tables of tests/conformance/coverage into tests/conformance/COVERAGE.md, with totals.
//
//   node scripts/coverage-table.mjs           writes the file
//   node scripts/coverage-table.mjs --check   fails when the file is out of date, when a row says neither
//                                             "covered" nor "not applicable" with a reason, or when a test
//                                             named as covering does not exist
//
// A row is `| asyncio's test | covered: title of ours | |` (several titles: `covered: a<br>covered: b`) or
// `| asyncio's test | not applicable | why |`. In a title `…` stands for what the test fills in.
// Plain JavaScript for Node 18 and later.

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './runtime.mjs';

const folder = join(root, 'tests', 'conformance', 'coverage');
const target = join(root, 'tests', 'conformance', 'COVERAGE.md');
/** The order of the areas; further files follow by name. */
const order = [
  'futures',
  'tasks',
  'eager',
  'gather',
  'taskgroups',
  'timeouts',
  'waitfor',
  'locks',
  'queues',
  'runners',
  'contexts',
  'graph',
  'loop',
  'threads',
];

const check = process.argv.includes('--check');
/** @type {string[]} */
const problems = [];
const titles = check ? knownTitles() : [];

const areas = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3))
  .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  .map(readArea);

const text = compose();
if (check) {
  const current = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (current !== text) problems.push('COVERAGE.md is out of date: run node scripts/coverage-table.mjs');
  for (const problem of problems) console.error(`✖ ${problem}`);
  if (problems.length > 0) process.exit(1);
} else writeFileSync(target, text);
const all = total(areas);
console.log(`${all.covered} covered, ${all.other} not applicable, in ${areas.length} areas`);

/** @param {string} area */
function place(area) {
  const at = order.indexOf(area);
  return at < 0 ? order.length : at;
}

/** @param {string} area */
function readArea(area) {
  const content = readFileSync(join(folder, `${area}.md`), 'utf8').trim();
  let covered = 0;
  let other = 0;
  for (const line of content.split('\n')) {
    const cells = /^\| *(`[^`]+`|[\w.]+) *\| *(.*?) *\|(.*)\|$/.exec(line);
    if (cells === null) continue;
    const [, name = '', ours = '', why = ''] = cells;
    if (name === 'asyncio test') continue;
    const count = name.split(',').length;
    if (ours.startsWith('covered')) {
      covered += count;
      if (check) checkTitles(area, name, ours);
    } else if (ours === 'not applicable') {
      other += count;
      if (why.trim() === '') problems.push(`${area}.md: ${name} is not applicable without a reason`);
    } else problems.push(`${area}.md: ${name} is neither covered nor not applicable: "${ours}"`);
  }
  if (covered + other === 0) problems.push(`${area}.md has no rows`);
  return { area, content, covered, other };
}

/** @param {string} area @param {string} name @param {string} ours */
function checkTitles(area, name, ours) {
  const named = ours
    .split('<br>')
    .map((part) => part.replace(/^covered: */, '').replace(/ \(tests\/[^)]*\)$/, ''));
  for (const title of named) {
    if (title.trim() === '') problems.push(`${area}.md: ${name} names no test`);
    else if (!isKnown(title) && !title.split('; ').every(isKnown)) {
      problems.push(`${area}.md: ${name}: there is no test "${title}"`);
    }
  }
}

/** @param {string} title */
function isKnown(title) {
  // What the suite around a test is called may stand before it, and what it was run with behind it.
  if (title.startsWith('… ')) return true;
  const variants = [title, bare(title), bare(title).replace(/^[^:]*: /, '')];
  return variants.some((variant) => titles.some((known) => known.test(variant)));
}

/** @param {string} title */
function bare(title) {
  return title.replace(/ \([^)]*\)$/, '');
}

/** Every text in the tests that could be a title, as a pattern: what a template fills in matches anything. */
function knownTitles() {
  /** @type {RegExp[]} */
  const found = [];
  const tests = join(root, 'tests');
  for (const entry of readdirSync(tests, { recursive: true })) {
    const file = String(entry);
    if (!file.endsWith('.test.ts')) continue;
    const source = readFileSync(join(tests, file), 'utf8');
    const calls =
      /\b\w+(?:\.\w+)?\(\s*(?:'((?:\\.|[^'\\\n])*)'|"((?:\\.|[^"\\\n])*)"|`((?:\\.|[^`\\])*)`)/g;
    for (const [, single, double, template] of source.matchAll(calls)) {
      const title = (single ?? double ?? template ?? '').replace(/\\(.)/g, '$1');
      if (template === undefined) found.push(pattern([title]));
      else {
        found.push(pattern(title.split(/\$\{[^}]*\}/)));
        found.push(
          pattern(
            bare(title)
              .replace(/^\$\{[^}]*\}: /, '')
              .split(/\$\{[^}]*\}/),
          ),
        );
      }
    }
  }
  return found;
}

/** @param {string[]} parts */
function pattern(parts) {
  // Of a template that is hardly more than what is filled in, nothing could be told.
  return parts.join('').length < 5 ? /^$/ : new RegExp(`^${parts.map(escape).join('.*')}$`);
}

/** @param {string} part */
function escape(part) {
  return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** @param {{ covered: number, other: number }[]} list */
function total(list) {
  return {
    covered: list.reduce((sum, { covered }) => sum + covered, 0),
    other: list.reduce((sum, { other }) => sum + other, 0),
  };
}

function compose() {
  const sum = total(areas);
  const rows = areas.map(
    ({ area, covered, other }) => `| ${area} | ${covered} | ${other} | ${covered + other} |`,
  );
  return [
    '# What of asyncio’s own tests is covered here',
    '',
    'Every test method of the suites of asyncio 3.14 for what this library has, and the test of ours that asks' +
      ' for the same behaviour in our words; or why there is nothing to ask for. Written by' +
      ' `node scripts/coverage-table.mjs` from the files in `coverage/`; `--check` verifies it.',
    '',
    '| area | covered | not applicable | all |',
    '|--|--:|--:|--:|',
    ...rows,
    `| **all** | **${sum.covered}** | **${sum.other}** | **${sum.covered + sum.other}** |`,
    '',
    ...areas.map(({ content }) => `${content}\n`),
  ].join('\n');
}
