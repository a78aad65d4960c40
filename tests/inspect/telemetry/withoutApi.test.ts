// openTelemetry where @opentelemetry/api is not installed.

import '../../harness.ts';
import assert from 'node:assert/strict';
import * as modules from 'node:module';
import { test } from 'node:test';
import { openTelemetry } from '../../../src/inspect/inspect.ts';
import { onBun, onDeno } from '../../commandLine.ts';

const { registerHooks } = modules as Partial<typeof modules>;
const skip =
  onBun || onDeno || registerHooks === undefined ? 'Node with hooks of its module loader' : false;

test('openTelemetry: without the API one line says what to install', { skip }, async () => {
  const hooks = registerHooks?.({
    resolve(specifier, context, next) {
      if (specifier === '@opentelemetry/api') throw new Error('there is no such package');
      return next(specifier, context);
    },
  });
  try {
    await assert.rejects(openTelemetry(), {
      code: 'ERR_ASYNCIO_UNSUPPORTED',
      message: /needs the package @opentelemetry\/api: npm install @opentelemetry\/api$/,
    });
  } finally {
    hooks?.deregister();
  }
});
