// openClient where undici is not installed: the platform's fetch, and one line that says what is missing.

import '../../harness.ts';
import assert from 'node:assert/strict';
import * as modules from 'node:module';
import { test } from 'node:test';
import { run, UnsupportedError } from '../../../src/asyncio.ts';
import { openClient, serve } from '../../../src/http/http.ts';
import { onBun, onDeno } from '../../commandLine.ts';

const { registerHooks } = modules as Partial<typeof modules>;
const skip =
  onBun || onDeno || registerHooks === undefined ? 'Node with hooks of its module loader' : false;

test(
  'openClient: without undici what needs it is refused in one line, all else works',
  { skip },
  async () => {
    const hooks = registerHooks?.({
      resolve(specifier, context, next) {
        if (specifier === 'undici') throw new Error('there is no such package');
        return next(specifier, context);
      },
    });
    try {
      await run(async () => {
        await assert.rejects(openClient({ connections: 3 }), (error) => {
          assert.ok(error instanceof UnsupportedError);
          assert.equal(
            error.message,
            'the option connections of openClient needs the package undici: npm install undici',
          );
          return true;
        });
        await using server = await serve(() => new Response('here'), { host: '127.0.0.1', engine: 'node' });
        await using client = await openClient({ baseUrl: server.url });
        assert.equal(client.transport, 'platform');
        assert.equal(await client.text('/'), 'here');
      });
    } finally {
      hooks?.deregister();
    }
  },
);
