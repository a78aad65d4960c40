// A reader in one line, as `inspect` shows it.

export interface ReaderState {
  readonly held: number;
  readonly ended: boolean;
  readonly limit: number | undefined;
  readonly waiting: string | undefined;
  readonly error: unknown;
  readonly transport: unknown;
  readonly paused: boolean;
}

export function describeReader(state: ReaderState, inspect: (value: unknown) => string): string {
  const parts = ['StreamReader'];
  if (state.held > 0) parts.push(`${state.held} bytes`);
  if (state.ended) parts.push('eof');
  if (state.limit !== undefined) parts.push(`limit=${state.limit}`);
  if (state.waiting !== undefined) parts.push(`waiting=${state.waiting}`);
  // Its name says enough here: the stack would be longer than everything else.
  if (state.error !== undefined)
    parts.push(`exception=${state.error instanceof Error ? state.error.name : inspect(state.error)}`);
  if (state.transport !== undefined) parts.push(`transport=${inspect(state.transport)}`);
  if (state.paused) parts.push('paused');
  return `<${parts.join(' ')}>`;
}
