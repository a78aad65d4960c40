// Where the progress is shown.

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Whether pictures can be painted there. */
export function isLive(output: Output, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb';
}
