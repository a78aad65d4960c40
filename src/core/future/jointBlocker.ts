// A future that stands for other futures: what a group, gather, wait or race waits on. Whoever awaits it awaits
// them; reports and call graphs look through it.

import type { Blocker } from './blocker.ts';
import type { Owner } from '../cancel/frame.ts';

interface Joinable {
  done(): boolean;
}

export class JointBlocker implements Blocker {
  readonly what: string;
  /** The futures it stands for; may be a live collection. */
  readonly joins: Iterable<Joinable>;

  constructor(what: string, joins: Iterable<Joinable>) {
    this.what = what;
    this.joins = joins;
  }

  get kind(): string {
    return this.what;
  }

  *holders(): Generator<Owner, void, undefined> {
    for (const future of this.joins)
      if ('_coro' in future && !future.done()) yield future as unknown as Owner;
  }
}
