// How much of its time this thread is at work, as the host's loop counts it. Who asks again and again has one to
// themselves: it tells of the time since they asked last.

export class Utilisation {
  #used: { readonly idle: number; readonly active: number } | undefined =
    performance.eventLoopUtilization?.();
  #latest: number | undefined = undefined;

  /** The part of the time at work since the last call, 0 to 1; undefined where the host does not tell. */
  take(): number | undefined {
    const used = performance.eventLoopUtilization?.();
    if (used === undefined || this.#used === undefined) return undefined;
    const idle = used.idle - this.#used.idle;
    const active = used.active - this.#used.active;
    // Asked twice in one moment it is the same.
    if (idle + active > 0) this.#latest = active / (idle + active);
    this.#used = used;
    return this.#latest;
  }
}
