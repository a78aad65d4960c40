// The files that comments of src/ and the pages name: what was moved must not be looked for where it was.

import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { listTypeScript, posixRelative, readSource } from '../../scripts/source-files.mjs';

const folders = ['src', 'tests', 'bench', 'scripts', 'tour', 'examples'];
const files = folders.flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(
    (path) => `/${folder}/${path.replaceAll('\\', '/')}`,
  ),
);

/** The files that a text names and that are nowhere: a name or the end of a path is enough. app.ts and app/ are the
 * user's program. */
function missing(text: string): string[] {
  const names = [...text.matchAll(/(?<![\w<"'-])[\w./-]*\w\.(?:ts|mjs)\b/g)].map(([name]) =>
    name.replace(/^(?:\.{0,2}\/)+/, ''),
  );
  return names.filter(
    (name) =>
      !/^(?:(?:FILE|NAME|app|route|index)\.ts$|app\/)/.test(name) &&
      !files.some((file) => file.endsWith(`/${name}`)),
  );
}

test('comments name files that exist', () => {
  for (const path of listTypeScript(join(root, 'src'))) {
    const comments = readSource(path).comments.map(({ value }) => value.replace(/@example[\s\S]*/, ''));
    assert.deepEqual(missing(comments.join('\n')), [], posixRelative(root, path));
  }
});

test('README.md and the pages of docs/ name files that exist', () => {
  const pages = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path));
  for (const page of ['README.md', 'src/README.md', ...pages])
    assert.deepEqual(missing(readFileSync(join(root, page), 'utf8')), [], page);
});
