// The program that runs in a worker of a pool, as scripts/worker-program.mjs makes one text of it.

import { openProcessLink } from './processLink.ts';
import { serveCalls } from './serveCalls.ts';
import { threadLink } from './threadLink.ts';

if (process.getBuiltinModule('node:worker_threads').isMainThread) openProcessLink(serveCalls);
else serveCalls(threadLink());
