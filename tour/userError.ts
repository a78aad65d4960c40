// What went wrong, said in one sentence to the person at the keyboard: no stack trace, and an exit code.

/** 2 for what was asked wrongly (as the shell's own tools do), 1 for what failed on the way. */
export type ExitCode = 1 | 2;

export class UserError extends Error {
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }

  static {
    this.prototype.name = 'UserError';
  }
}

/** The system's code of an error (`ENOENT`), or undefined for an error of a program (`ERR_…`). */
export function systemCode(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}

const reasons: Record<string, string> = {
  ENOENT: 'it is not there any more',
  EACCES: 'no permission',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full',
  EFBIG: 'the disk is full',
  EROFS: 'the disk can only be read',
  EPERM: 'not permitted',
  EIO: 'the disk could not read it',
  ELOOP: 'a symbolic link took its place',
  EISDIR: 'a folder took its place',
  ENOTDIR: 'one of its folders is gone',
  ENAMETOOLONG: 'its path is too long for the system',
  EMFILE: 'too many open files, lower --limit',
  ENFILE: 'too many open files on this machine',
  ENXIO: 'a special file took its place',
  EAGAIN: 'it has nothing to read now',
  EBUSY: 'it is in use',
  ESTALE: 'the network folder has changed',
  ENOTREGULAR: 'it is no regular file any more',
};

/** In words, why a file could not be read or written. */
export function reasonOf(code: string, fallback: string): string {
  return reasons[code] ?? fallback;
}
