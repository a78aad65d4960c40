// Joins the tables of tests/conformance/coverage into tests/conformance/COVERAGE.md, with totals.
//
//   node scripts/coverage-table.mjs           writes the file
//   node scripts/coverage-table.mjs --check   fails when the file is out of date, when a row is not as below,
//                                             when a test named as covering does not exist, and when a test
//                                             of asyncio's stands in no row or a row stands for none
//
// A row is one of
//   | asyncio's tests | covered: title of ours | what of it is not asked for, and why, if anything |
//   | asyncio's tests | not applicable | why |
//   | asyncio's tests | not yet | what it waits for |
// Several titles are `covered: a<br>covered: b`; in a title `…` stands for what the test fills in.
//
// The names of asyncio's tests are kept in tests/conformance/asyncioTests.txt, one file of asyncio's after the
// other. A row names them as `Class.test`, or `test` where the section's own files have that name once or mean the
// same by it, several with `, ` between, `Class.*` for the whole class. A row that begins with `own:` stands for
// none of them. Each test counts once. Plain JavaScript for Node 18 and later.

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
/** What the table says, as it is counted. */
const kinds = /** @type {const} */ (['covered', 'not applicable', 'not yet']);
/** @type {Map<string, string[]>} asyncio's files and the tests in them */
const asyncioTests = readNames();
/** @type {Set<string>} those that stand in a row, as `file test` */
const listed = new Set();
const titles = check ? knownTitles() : [];

const areas = readdirSync(folder)
  .filter((name) => name.endsWith('.md'))
  .map((name) => name.slice(0, -3))
  .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1))
  .map(readArea);

const text = compose();
if (check) {
  for (const [file, names] of asyncioTests) {
    for (const name of names)
      if (!listed.has(`${file} ${name}`)) problems.push(`${file}: ${name} is in no row`);
  }
  const current = existsSync(target) ? readFileSync(target, 'utf8') : '';
  if (current !== text) problems.push('COVERAGE.md is out of date: run node scripts/coverage-table.mjs');
  for (const problem of problems) console.error(`✖ ${problem}`);
  if (problems.length > 0) process.exit(1);
} else writeFileSync(target, text);
const all = total(areas);
console.log(`${kinds.map((kind) => `${all[kind]} ${kind}`).join(', ')}, in ${areas.length} areas`);

/** @param {string} area */
function place(area) {
  const at = order.indexOf(area);
  return at < 0 ? order.length : at;
}

function readNames() {
  /** @type {Map<string, string[]>} */
  const files = new Map();
  /** @type {string[]} */
  let names = [];
  for (const line of readFileSync(join(root, 'tests', 'conformance', 'asyncioTests.txt'), 'utf8').split(
    '\n',
  )) {
    if (line.startsWith('# ')) files.set(line.slice(2), (names = []));
    else if (line !== '') names.push(line);
  }
  return files;
}

/** @param {string} area */
function readArea(area) {
  const content = readFileSync(join(folder, `${area}.md`), 'utf8').trim();
  const counts = noCounts();
  /** @type {string[]} */
  let files = [];
  for (const line of content.split('\n')) {
    if (line.startsWith('## ')) files = filesOf(area, line);
    const cells = /^\| *(`[^`]+`|[\w.]+) *\| *(.*?) *\|(.*)\|$/.exec(line);
    if (cells === null) continue;
    const [, name = '', ours = '', why = ''] = cells;
    if (name === 'asyncio test') continue;
    const kind = kinds.find((kind) => (kind === 'covered' ? ours.startsWith(kind) : ours === kind));
    if (kind === undefined) {
      problems.push(`${area}.md: ${name} is none of ${kinds.join(', ')}: "${ours}"`);
      continue;
    }
    counts[kind] += list(area, files, name.replaceAll('`', ''));
    if (kind !== 'covered' && why.trim() === '')
      problems.push(`${area}.md: ${name} is ${kind} without a reason`);
    if (kind === 'covered' && check) checkTitles(area, name, ours);
  }
  if (Object.values(counts).every((count) => count === 0)) problems.push(`${area}.md has no rows`);
  return { area, content, counts };
}

/** The files of asyncio's tests that the heading of a section names. @param {string} area @param {string} heading */
function filesOf(area, heading) {
  const named = [...heading.matchAll(/`((?:\w+\/)?(?:test_\w+|aiosqlite)\.py)`/g)].map(
    ([, file = '']) => file,
  );
  const files = named.map((file) => (asyncioTests.has(file) ? file : `test_asyncio/${file}`));
  for (const file of files) {
    if (!asyncioTests.has(file)) problems.push(`${area}.md: ${file} is none of asyncio's files`);
  }
  if (files.length === 0) problems.push(`${area}.md: "${heading}" names no file of asyncio's`);
  return files.filter((file) => asyncioTests.has(file));
}

/** Notes the tests that a row stands for; returns how many are new. @param {string} area @param {string[]} files
 * @param {string} row */
function list(area, files, row) {
  if (row.startsWith('own:')) return 0;
  let count = 0;
  for (const name of row.split(', ')) {
    let found = 0;
    for (const file of files) {
      for (const test of asyncioTests.get(file) ?? []) {
        if (!standsFor(name, test)) continue;
        found++;
        if (!listed.has(`${file} ${test}`)) count++;
        listed.add(`${file} ${test}`);
      }
    }
    if (found === 0) problems.push(`${area}.md: ${name} is no test of asyncio's`);
  }
  return count;
}

/** @param {string} name @param {string} test */
function standsFor(name, test) {
  if (name.endsWith('.*')) return test.startsWith(name.slice(0, -1));
  return test === name || (!name.includes('.') && test.endsWith(`.${name}`));
}

function noCounts() {
  return { covered: 0, 'not applicable': 0, 'not yet': 0 };
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

/** @param {{ counts: ReturnType<typeof noCounts> }[]} all */
function total(all) {
  const sum = noCounts();
  for (const { counts } of all) for (const kind of kinds) sum[kind] += counts[kind];
  return sum;
}

/** @param {ReturnType<typeof noCounts>} counts @param {(cell: string) => string} [show] */
function cells(counts, show = (cell) => cell) {
  const numbers = kinds.map((kind) => counts[kind]);
  const all = numbers.reduce((sum, number) => sum + number, 0);
  return [...numbers, all].map((number) => show(String(number))).join(' | ');
}

function compose() {
  const rows = areas.map(({ area, counts }) => `| ${area} | ${cells(counts)} |`);
  return [
    '# What of asyncio’s own tests is covered here',
    '',
    'Every test method of asyncio’s suites, and the test of ours that asks for the same behaviour in our words; or' +
      ' why there is nothing to ask for here; or what it waits for. The names are those of release 3.14.7 and what' +
      ' is known of 3.15 (`asyncioTests.txt`). Where a covered row says something behind, that part is not asked' +
      ' for. Written by `node scripts/coverage-table.mjs` from the files in `coverage/`; `--check` verifies it.',
    '',
    `| area | ${kinds.join(' | ')} | all |`,
    '|--|--:|--:|--:|--:|',
    ...rows,
    `| **all** | ${cells(total(areas), (cell) => `**${cell}**`)} |`,
    '',
    ...areas.map(({ content }) => `${content}\n`),
  ].join('\n');
}
