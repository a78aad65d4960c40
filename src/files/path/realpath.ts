// The canonical path: os.path.realpath.
//
// By hand and not by the host's call, because that one fails for what is missing, where Python goes on with the text;
// and because each link is looked at once, however often the path goes over it.

import process from 'node:process';
import { OSError } from '../../asyncio.ts';
import { calls } from './hostCalls.ts';
import { fspath } from './fsPath.ts';
import type { FilePath } from './fsPath.ts';

export interface RealpathOptions {
  /** What is missing, or a loop of links, is an error. `'allowMissing'`: what is missing is none, all else is. By
   * default nothing is, and the rest of the path is taken as text. */
  readonly strict?: boolean | 'allowMissing' | undefined;
}

/** A part of the path that is still to be gone along, or the link that has been gone along when those before are. */
type Step = string | { readonly resolved: string };

/** The path from the root, without symbolic links.
 * @throws OSError as `strict` says */
export async function realpath(path: FilePath, { strict = false }: RealpathOptions = {}): Promise<string> {
  const text = fspath(path);
  const rest: Step[] = text.split('/').toReversed();
  // Where a link leads; undefined while that is being found out.
  const seen = new Map<string, string | undefined>();
  let real = text.startsWith('/') ? '/' : process.cwd();
  while (rest.length > 0) {
    const step = rest.pop() as Step;
    if (typeof step !== 'string') {
      seen.set(step.resolved, real);
      continue;
    }
    if (step === '' || step === '.') continue;
    if (step === '..') {
      real = real.slice(0, real.lastIndexOf('/')) || '/';
      continue;
    }
    const next = real === '/' ? `/${step}` : `${real}/${step}`;
    if (seen.get(next) !== undefined) {
      real = seen.get(next) as string;
      continue;
    }
    if (seen.has(next)) {
      // The link leads to itself; the system has an error for that.
      if (strict !== false) await calls.stat(next);
      real = next;
      continue;
    }
    const target = await linkTarget(next, strict);
    if (target === undefined) {
      real = next;
      continue;
    }
    seen.set(next, undefined);
    if (target.startsWith('/')) real = '/';
    rest.push({ resolved: next }, ...target.split('/').toReversed());
  }
  return real;
}

/** Where a link leads; undefined for what is no link, and for what can't be asked. */
async function linkTarget(path: string, strict: RealpathOptions['strict']): Promise<string | undefined> {
  try {
    if (!(await calls.lstat(path)).isSymbolicLink()) return undefined;
    return await calls.readlink(path);
  } catch (error) {
    const tolerated =
      strict === false || (strict === 'allowMissing' && (error as OSError).code === 'ENOENT');
    if (error instanceof OSError && tolerated) return undefined;
    throw error;
  }
}
