// Programs that Bun has compiled into one file with the runtime. A file of its own, since both the library and the program
// of its workers ask, and what workers are made of stays out of the library's bundles.

/** Whether Bun has compiled what has this path or URL into a program. */
export function isInExecutable(path: string): boolean {
  return path.includes('/$bunfs/') || path.includes('/~BUN/');
}
