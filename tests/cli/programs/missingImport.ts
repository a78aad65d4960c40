const name = 'no-such-package-at-all';
await import(name);

export async function main(): Promise<void> {}
