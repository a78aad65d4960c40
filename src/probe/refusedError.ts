// What a request is answered with in the place of a result.

/** A request that is not granted: `code` is for programs, the message for people. */
export class RefusedError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The error of an answer; whatever was thrown. */
export function describeError(error: unknown): { code: string; message: string } {
  if (error instanceof RefusedError) return { code: error.code, message: error.message };
  try {
    return { code: 'failed', message: String(error) };
  } catch {
    return { code: 'failed', message: 'something that cannot be shown was thrown' };
  }
}
