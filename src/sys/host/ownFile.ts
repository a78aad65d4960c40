// Where the library's own code runs from: which lines of a stack are ours, and where to look for the optional
// packages.
//
// `import.meta.url` is no help: in a CommonJS bundle it is empty (and esbuild warns), and webpack puts the path on the
// machine that built the program in its place. The engine knows the file. It names it to `prepareStackTrace`, which
// comes before source maps change what a stack shows.

/** True in dist/bundle, where scripts/build.mjs defines it; there is no such variable elsewhere. */
declare const asyncioBundle: true | undefined;

// Deno names the source that the bundle's source map names. In a program that was bundled no line can be told to be ours, so there is no such folder.
const LAYOUT: RegExp =
  typeof asyncioBundle === 'undefined'
    ? /^(?:file:\/\/)?(.*\/)(?:src|dist)\/sys\/host\/ownFile\.[jt]s$/
    : /^(?:file:\/\/)?(.*\/)(?:dist\/bundle\/[^/]+\.js|src\/sys\/host\/ownFile\.ts)$/;

/** The path or URL of the file that this code is in, with the program around it if that was bundled; undefined where
 * the engine does not tell. */
export function ownFile(): string | undefined {
  const { prepareStackTrace, stackTraceLimit } = Error;
  try {
    Error.stackTraceLimit = 1;
    Error.prepareStackTrace = (_error, [site]) => site?.getFileName();
  } catch {
    return undefined; // Somebody has frozen Error.
  }
  const file: unknown = new Error().stack;
  Error.prepareStackTrace = prepareStackTrace;
  Error.stackTraceLimit = stackTraceLimit;
  return typeof file === 'string' ? file : undefined;
}

let folders: readonly string[] | undefined;

/** Whether a line of a stack is the library's. */
export function isOwnLine(line: string): boolean {
  folders ??= ownFolders();
  return folders.some((folder) => line.includes(folder));
}

// The sources too: with --enable-source-maps a stack names them. In stacks of ES modules the paths are those of URLs.
function ownFolders(): string[] {
  const [, home] = LAYOUT.exec(ownFile() ?? '') ?? [];
  if (home === undefined) return [];
  return [home, decodeURI(home)].flatMap((folder) => [`${folder}src/`, `${folder}dist/`]);
}
