// The program that runs in a worker of a pool, as scripts/worker-program.mjs makes one text of it.

import { serveCalls } from './serveCalls.ts';
import { threadLink } from './threadLink.ts';

serveCalls(threadLink());
