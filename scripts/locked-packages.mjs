// What package-lock.json asks for, against what npm noted that it installed (node_modules/.package-lock.json).
//
// 1. A scope is a set of roots: `start` is the workspace tour/ alone, `all` is the project with its workspaces
//    and development dependencies, `peers` the folder peers/, which has a lock file and a node_modules of its own.
//    What the roots lead to has to be there, and nothing else is looked at.
// 2. An optional package that is not for this machine is not asked for, nor is what only that one needs.
// 3. npm writes its note last: without it whatever is in node_modules is half installed. With it a package may still
//    be half removed, by an `npm ci` of the person's own that was stopped.
//
// Plain JavaScript for Node 18 and later.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, runtimePrograms } from './runtime.mjs';

/**
 * @typedef {'start' | 'all' | 'peers'} Scope
 * @typedef {{ version?: string, integrity?: string, link?: boolean, optional?: boolean,
 *   os?: string[], cpu?: string[], libc?: string[], dependencies?: Record<string, string>,
 *   devDependencies?: Record<string, string>, optionalDependencies?: Record<string, string>,
 *   peerDependencies?: Record<string, string> }} LockedPackage
 * @typedef {Record<string, LockedPackage>} Packages path below the project to package
 */

/** npm's own note of what is in node_modules. */
export const noteOfNpm = 'node_modules/.package-lock.json';

/**
 * The folder whose package-lock.json and node_modules a scope is about.
 * @param {Scope} scope
 */
export const homeOf = (scope) => (scope === 'peers' ? join(root, 'peers') : root);

/**
 * Why an install is needed, or undefined when everything of the scope is there as the lock file says.
 * @param {Scope} scope
 * @param {string} [project]
 * @returns {string | undefined}
 */
export function whyInstall(scope, project = homeOf(scope)) {
  const installed = readPackages(join(project, noteOfNpm));
  if (installed === undefined) return 'first run';
  const locked = readPackages(join(project, 'package-lock.json'));
  if (locked === undefined) return 'no lock file';
  for (const path of packagesOf(scope, locked)) {
    const [wanted, found] = [locked[path], installed[path]];
    if (found === undefined || !isWhole(join(project, path))) return `${path} is missing`;
    if (found.version !== wanted?.version || found.integrity !== wanted?.integrity)
      return `${path} has changed`;
  }
  return undefined;
}

/**
 * Whether a package is there, and so is its program, where it is a runtime.
 * @param {string} folder
 */
function isWhole(folder) {
  const program = runtimePrograms.find((each) => folder.endsWith(`node_modules/${each.package}`));
  return (
    existsSync(join(folder, 'package.json')) &&
    (program === undefined || existsSync(join(folder, program.file)))
  );
}

/**
 * The paths of the packages that a scope needs on this machine.
 * @param {Scope} scope @param {Packages} locked
 * @returns {Set<string>}
 */
export function packagesOf(scope, locked) {
  const roots =
    scope === 'start' ? ['tour'] : Object.keys(locked).filter((path) => !path.includes('node_modules/'));
  /** @type {Set<string>} */
  const found = new Set();
  const open = [...roots];
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    for (const next of needsOf(path, locked, scope === 'all' && roots.includes(path))) {
      if (found.has(next)) continue;
      found.add(next);
      open.push(next);
    }
  }
  return found;
}

/**
 * @param {string} path @param {Packages} locked @param {boolean} withDevelopment
 * @returns {string[]}
 */
function needsOf(path, locked, withDevelopment) {
  const { dependencies, optionalDependencies, peerDependencies, devDependencies } = locked[path] ?? {};
  const names = Object.keys({
    ...dependencies,
    ...optionalDependencies,
    ...peerDependencies,
    ...(withDevelopment && devDependencies),
  });
  return names.flatMap((name) => {
    const place = placeOf(name, path, locked);
    const found = place === undefined ? undefined : locked[place];
    // A peer that is optional may be nowhere.
    if (place === undefined || found === undefined || found.link) return [];
    return found.optional && !suitsThisMachine(found) ? [] : [place];
  });
}

/**
 * Where a package finds another one: in its own node_modules, or in that of a folder above.
 * @param {string} name @param {string} from @param {Packages} locked
 */
function placeOf(name, from, locked) {
  for (
    let folder = from;
    ;
    folder = folder.slice(0, Math.max(0, folder.lastIndexOf('node_modules/') - 1))
  ) {
    const place = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (locked[place] !== undefined) return place;
    if (folder === '') return undefined;
  }
}

/**
 * @param {string} file
 * @returns {Packages | undefined}
 */
export function readPackages(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages;
  } catch {
    return undefined;
  }
}

/** @param {LockedPackage} wanted */
function suitsThisMachine(wanted) {
  /** @param {string[] | undefined} list @param {string} value */
  const allows = (list, value) =>
    list === undefined ||
    list.length === 0 ||
    list.includes(value) ||
    (list.every((item) => item.startsWith('!')) && !list.includes(`!${value}`));
  return (
    allows(wanted.os, process.platform) && allows(wanted.cpu, process.arch) && allows(wanted.libc, libc())
  );
}

function libc() {
  /** @type {any} */
  const report = process.report?.getReport();
  return report?.header?.glibcVersionRuntime ? 'glibc' : 'musl';
}
