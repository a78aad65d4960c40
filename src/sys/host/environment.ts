// The environment variables; where they may not be read, as without leave on Deno, there are none.

import process from 'node:process';

export function environment(name: string): string | undefined {
  try {
    return process.env[name];
  } catch {
    return undefined;
  }
}
