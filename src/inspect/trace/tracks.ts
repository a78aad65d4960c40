// The tracks of a trace. A task has a track to itself while it lives, and the next task of the same kind takes the track
// over: a program that makes a hundred thousand short tasks has as many tracks as there were at once, and each has the
// name of what runs on it.
//
// What kind a task is its function says, or where that has no name its own, with its numbers left out.

const MOST_KINDS = 1000;

export interface Track {
  readonly number: number;
  /** `worker`, `worker 2`, … */
  readonly name: string;
  readonly kind: string;
}

export class Tracks {
  readonly #free: Map<string, Track[]> = new Map();
  readonly #made: Map<string, number> = new Map();
  #count: number = 0;

  /** How many there have been. */
  get count(): number {
    return this.#count;
  }

  /** A track for a task, and whether it is new. */
  take(name: string, called: string | undefined): { track: Track; isNew: boolean } {
    const kind = this.#kindOf(called ?? name.replaceAll(/\d+/g, '#'));
    const free = this.#free.get(kind)?.pop();
    if (free !== undefined) return { track: free, isNew: false };
    const made = (this.#made.get(kind) ?? 0) + 1;
    this.#made.set(kind, made);
    const track = { number: ++this.#count, name: made === 1 ? kind : `${kind} ${made}`, kind };
    return { track, isNew: true };
  }

  /** The task on it has ended. */
  give(track: Track): void {
    const free = this.#free.get(track.kind);
    if (free === undefined) this.#free.set(track.kind, [track]);
    else free.push(track);
  }

  // Names that a program makes up without numbers in them must not fill the memory.
  #kindOf(kind: string): string {
    return this.#made.has(kind) || this.#made.size < MOST_KINDS ? kind : 'others';
  }
}
