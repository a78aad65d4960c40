// Where the versions of Python differ. The newest counts: an older one is asked less, or another answer is
// expected, each by a rule with a name. (What an operation needs stands beside it, `since` in operations.ts; what
// only a run can tell, in oracle.py.)

/** What the oracle runs. */
export interface Version {
  /** 15 for Python 3.15. */
  readonly minor: number;
}

/** `async for` over as_completed; since 3.13. */
export function iteratesCompleted({ minor }: Version): boolean {
  return minor >= 13;
}
