// Where the versions of Python differ. The newest counts: an older one is asked less, or another answer is
// expected, each by a rule with a name. (What an operation needs stands beside it: `since` in operations.ts.)

/** What the oracle runs. */
export interface Version {
  /** 15 for Python 3.15. */
  readonly minor: number;
}

/** Reports the failure of what is shielded once the wait for it was cancelled; since 3.14. */
export function tellsOfShielded({ minor }: Version): boolean {
  return minor >= 14;
}

/** `async for` over as_completed; since 3.13. */
export function iteratesCompleted({ minor }: Version): boolean {
  return minor >= 13;
}
