// A context variable that travels, as a worker sees it.

import { carry, ContextVar } from '../../../src/asyncio.ts';

const variable = carry(new ContextVar<string>('travelling', { default: 'none' }));

export function travelling(): string {
  return variable.get();
}
