// Walking a tree of folders: Python's os.walk, with the folders read ahead.
//
// 1. The order of the folders is that of a walk which reads one after the other, and what the loop takes out of `dirs`
//    is not entered. Within a folder, names come as the host gives them.
// 2. A folder that can't be read, or has vanished meanwhile, is left out; `onError` is told, and may throw.
// 3. With `followSymlinks` a loop of links is entered once: a link is not followed to a folder that the walk came
//    through on its way there. (Python goes round until the system has had enough.)

import { InvalidArgumentError, interruptible } from '../../asyncio.ts';
import { checkpoint, fromHostError, isCancelDue, isInTask } from '../../lowlevel.ts';
import { fspath } from '../path/fsPath.ts';
import type { FilePath } from '../path/fsPath.ts';
import { join } from '../path/posixPath.ts';
import { islink } from '../path/questions.ts';
import { linkedFolder, readFolder } from '../path/readFolder.ts';
import { LookAhead } from './lookAhead.ts';

export interface WalkOptions {
  /** Folders before what is in them; true by default. */
  readonly topDown?: boolean | undefined;
  /** Is told of folders that can't be read; by default nobody is. What it throws ends the walk. */
  readonly onError?: ((error: unknown) => void) | undefined;
  /** Enters folders by symbolic links too; false by default. */
  readonly followSymlinks?: boolean | undefined;
  /** How many folders are read at a time; 16 by default. */
  readonly concurrency?: number | undefined;
}

/** What is in a folder, the names of folders (and links to such) apart from the other names. */
interface Listing {
  readonly dirs: string[];
  readonly files: string[];
  /** Of the `dirs` those that are links, with the identity of the folder. */
  readonly links: ReadonlyMap<string, string>;
}

/** What a walk does with links to folders: enters them, or names them with the folders, or with the files. */
type LinkedFolders = 'enter' | 'name' | 'files';

interface Place {
  readonly path: string;
  /** The folders that links led to on the way here. */
  readonly entered: readonly string[];
  /** The listing, when what is in it has been gone through. */
  done?: Listing;
}

/** Walks the tree below `top`: for each folder its path, the names of the folders in it, and the other names. A
 * cancel ends it at once.
 * @throws InvalidArgumentError for a concurrency that is no whole number above 0
 * @example
 * ```ts
 * import { run } from 'asyncio-ts';
 * import { walk } from 'asyncio-ts/files';
 * await run(async () => {
 *   for await (const [folder, dirs, files] of walk('docs')) {
 *     dirs.splice(0); // goes no deeper
 *     console.log(folder, files.includes('lowlevel.md')); // -> docs true
 *   }
 * });
 * ```
 */
export function walk(
  top: FilePath,
  options: WalkOptions = {},
): AsyncGenerator<[path: string, dirs: string[], files: string[]], void, undefined> {
  return walkFolders(fspath(top), options, options.followSymlinks === true ? 'enter' : 'name');
}

/** @throws InvalidArgumentError */
export function checkConcurrency(concurrency: number): number {
  if (Number.isInteger(concurrency) && concurrency > 0) return concurrency;
  throw new InvalidArgumentError(
    'concurrency',
    `concurrency is a whole number above 0, not ${concurrency}`,
  );
}

export async function* walkFolders(
  top: string,
  { topDown = true, onError, concurrency = 16 }: WalkOptions,
  linked: LinkedFolders,
): AsyncGenerator<[path: string, dirs: string[], files: string[]], void, undefined> {
  const ahead = new LookAhead<Place, Listing>(
    ({ path }) => listFolder(path, linked === 'files'),
    checkConcurrency(concurrency),
    (place) => place.done === undefined,
  );
  const stack: Place[] = [{ path: top, entered: [] }];
  const enter = async (place: Place, { dirs, links }: Listing): Promise<void> => {
    const below: Place[] = [];
    for (const name of dirs) {
      const path = join(place.path, name);
      const link = links.get(name);
      if (linked !== 'enter') {
        if (link !== undefined || (topDown && !known.has(name) && (await islink(path)))) continue;
        below.push({ path, entered: place.entered });
      } else if (link === undefined) {
        below.push({ path, entered: place.entered });
      } else if (!place.entered.includes(link)) {
        below.push({ path, entered: [...place.entered, link] });
      }
    }
    stack.push(...below.toReversed());
  };
  let known: ReadonlySet<string> = new Set();
  while (stack.length > 0) {
    const place = stack.pop() as Place;
    if (place.done !== undefined) {
      yield [place.path, place.done.dirs, place.done.files];
      continue;
    }
    ahead.want(stack);
    const { settled, ended } = ahead.take(place);
    if (isCancelDue()) await checkpoint();
    const { value: listing, error } = settled ?? (await (isInTask() ? interruptible(ended) : ended));
    if (listing === undefined) {
      onError?.(error);
      continue;
    }
    known = new Set(listing.dirs);
    if (topDown) yield [place.path, listing.dirs, listing.files];
    else stack.push({ ...place, done: listing });
    await enter(place, listing);
  }
}

/** What is in a folder.
 * @throws OSError */
async function listFolder(path: string, linksAreFiles: boolean): Promise<Listing> {
  try {
    const dirs: string[] = [];
    const files: string[] = [];
    const links = new Map<string, string>();
    for (const { name, isDirectory, isLink } of await readFolder(path)) {
      const linked = isLink && !linksAreFiles ? await linkedFolder(path, name) : undefined;
      if (linked !== undefined) links.set(name, `${linked.dev}:${linked.ino}`);
      if (linked !== undefined || isDirectory) dirs.push(name);
      else files.push(name);
    }
    return { dirs, files, links };
  } catch (error) {
    throw fromHostError(error);
  }
}
