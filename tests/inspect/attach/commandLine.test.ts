// By which name a process is found: that of its script, wherever it stands on the command line.

import '../../harness.ts';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scriptOf } from '../../../src/inspect/attach/commandLine.ts';

test('scriptOf: options before and after a subcommand are not the script, nor are their values', () => {
  const lines: [string, string | undefined][] = [
    ['node --import ./hooks.mjs --enable-source-maps dir/server.ts --port 80', 'server.ts'],
    ['node -e code', undefined],
    ['node', undefined],
    ['bun --smol run --preload ./a.ts server.ts', 'server.ts'],
    ['bun server.ts -x', 'server.ts'],
    ['deno run -A --node-modules-dir=manual dir/server.ts', 'server.ts'],
    ['deno serve --port 80 server.ts', 'server.ts'],
    ['deno run -c deno.json server.ts run', 'server.ts'],
    ['node node_modules/.bin/asyncio run --debug server.ts', 'server.ts'],
    ['node node_modules/.bin/asyncio trace -o out.json server.ts -- a', 'server.ts'],
    ['node /x/asyncio-ts/dist/bundle/main.js record --last 100 server.ts', 'server.ts'],
    ['node node_modules/.bin/asyncio ps server.ts', 'asyncio'],
    ['node node_modules/.bin/asyncio', 'asyncio'],
  ];
  for (const [line, script] of lines) {
    const argv = line.split(' ');
    assert.equal(scriptOf(argv[0] as 'node', argv), script, line);
  }
});
