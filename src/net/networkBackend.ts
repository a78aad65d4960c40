// The backend that a loop's network runs on.

import type { Loop } from '../loop/loop.ts';
import { backendOf } from '../loop/network.ts';
import type { Backend } from './backend.ts';
import { hostBackend } from './host/backend.ts';
import { selectorBackend } from './selector/backend.ts';

export function networkBackend(loop: Loop): Backend {
  return backendOf(loop).name === 'selector' ? selectorBackend : hostBackend;
}
