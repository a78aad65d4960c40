// Options of the old packages that ours do not have, and so refuse: left out, for their tests have others to ask for.

export function without<T extends object>(options: T | undefined, ...names: readonly string[]): T {
  return Object.fromEntries(Object.entries(options ?? {}).filter(([name]) => !names.includes(name))) as T;
}
