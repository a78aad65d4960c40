// The tour is a program as any user's: it sees what they see.

import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/runtime.mjs';
import { listTypeScript, posixRelative, readSource } from '../../scripts/source-files.mjs';

test('of the library the tour imports published entry points only', () => {
  for (const path of listTypeScript(join(root, 'tour'))) {
    const own = posixRelative(root, path);
    for (const { specifier } of readSource(path).imports) {
      if (!specifier.includes('/src/')) continue;
      assert.match(specifier, /\/src\/(?:[a-z]+|([a-z]+)\/\1)\.ts$/, `${own} imports ${specifier}`);
    }
  }
});
