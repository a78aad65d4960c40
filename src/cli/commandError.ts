// A fault of the command line or of the file that it names: told in one line, without a stack.

export class CommandError extends Error {
  readonly exitCode: number;

  constructor(message: string, exitCode: number = 2) {
    super(message);
    this.exitCode = exitCode;
  }
}
