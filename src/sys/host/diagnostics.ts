// The host's diagnostics channels: events for whoever listens, nothing for everybody else.

import { channel as openChannel } from 'node:diagnostics_channel';

export interface Channel {
  /** A property read; test it before building a message. */
  readonly hasSubscribers: boolean;
  publish(message: unknown): void;
  subscribe(listener: (message: unknown) => void): void;
  unsubscribe(listener: (message: unknown) => void): void;
}

export function channel(name: string): Channel {
  return openChannel(name);
}
