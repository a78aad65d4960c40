// What lives on in a request's task when its connection has left HTTP.

/** What became of a request. */
export type RequestOutcome = 'answered' | 'failed' | 'cancelled';

/** A WebSocket, as the request it came from sees it. */
export interface Guest {
  /** The server shuts down. */
  goAway(): void;
  /** The handler is at its end; the task waits for this. */
  end(outcome: RequestOutcome): Promise<void>;
}

/** A request, as its guest sees it: the `tag` of an exchange. */
export interface Host {
  adopt(guest: Guest): void;
  /** The connection is lost: nobody is there any more. */
  clientGone(): void;
}
