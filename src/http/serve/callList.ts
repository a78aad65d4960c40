// The requests that are at work: a list through the calls themselves. A Set would be rebuilt again and again as requests
// come and go, and each of its tables, once it is old, keeps the next one and its requests alive until a full collection.

/** What has its place in the list. */
export interface Listed<C> {
  next: C | undefined;
  previous: C | undefined;
}

export class CallList<C extends Listed<C>> implements Iterable<C> {
  size: number = 0;
  #first: C | undefined = undefined;

  add(call: C): void {
    const first = this.#first;
    call.next = first;
    if (first !== undefined) first.previous = call;
    this.#first = call;
    this.size++;
  }

  remove(call: C): void {
    const { next, previous } = call;
    if (previous === undefined) this.#first = next;
    else previous.next = next;
    if (next !== undefined) next.previous = previous;
    // An old one must not lead to younger ones.
    call.next = call.previous = undefined;
    this.size--;
  }

  /** Those that are there now. */
  [Symbol.iterator](): Iterator<C> {
    const calls: C[] = [];
    for (let call = this.#first; call !== undefined; call = call.next) calls.push(call);
    return calls.reverse().values();
  }
}
