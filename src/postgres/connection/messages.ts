// What comes on a connection without being asked for: notifications and notices, to those who listen.

import { getRunningLoop } from '../../asyncio.ts';
import type { EventLoop } from '../../asyncio.ts';
import type { ServerReport } from '../errors/postgresError.ts';
import type { Session } from '../wire/session.ts';
import { quoteChannel } from './identifier.ts';

/** What somebody has sent with NOTIFY.
 * @example
 * ```ts
 * import type { Notification } from 'asyncio-ts/postgres';
 * const sent: Notification = { channel: 'jobs', payload: '7', processID: 4711 };
 * console.log(sent.payload); // -> 7
 * ```
 */
export interface Notification {
  readonly channel: string;
  /** Empty when none was given. */
  readonly payload: string;
  /** The server's process of the connection that sent it. */
  readonly processID: number;
}

export type NotificationListener = (notification: Notification) => void;
export type NoticeListener = (notice: ServerReport) => void;
export type TerminationListener = () => void;

/** Listeners are called by the loop, one after the other; what they throw goes to its exception handler. */
export class Messages {
  readonly #session: Session;
  readonly #loop: EventLoop = getRunningLoop();
  readonly #channels: Map<string, Set<NotificationListener>> = new Map();
  /** Those that were first listened to in a transaction. */
  readonly #unsure: Set<string> = new Set();
  readonly #notices: Set<NoticeListener> = new Set();
  readonly #terminations: Set<TerminationListener> = new Set();

  constructor(session: Session) {
    this.#session = session;
    session.events = {
      notification: ({ channel, payload, processId }) => {
        const notification = { channel, payload, processID: processId };
        for (const listener of this.#channels.get(channel) ?? []) this.#call(() => listener(notification));
      },
      notice: (notice) => {
        for (const listener of this.#notices) this.#call(() => listener(notice));
      },
      lost: () => {
        for (const listener of this.#terminations) this.#call(listener);
      },
    };
  }

  async addListener(
    channel: string,
    listener: NotificationListener,
    script: (text: string) => Promise<unknown>,
  ): Promise<void> {
    const known = this.#channels.get(channel);
    if (known !== undefined && !this.#unsure.has(channel)) return void known.add(listener);
    const listeners = known ?? new Set();
    this.#channels.set(channel, listeners.add(listener));
    try {
      await script(`LISTEN ${quoteChannel(channel)}`);
    } catch (error) {
      listeners.delete(listener);
      if (listeners.size === 0) this.#channels.delete(channel);
      throw error;
    }
    // A transaction that is rolled back takes the LISTEN with it: whoever comes next says it again.
    if (this.#session.status === 'idle') this.#unsure.delete(channel);
    else this.#unsure.add(channel);
  }

  async removeListener(
    channel: string,
    listener: NotificationListener,
    script: (text: string) => Promise<unknown>,
  ): Promise<void> {
    const listeners = this.#channels.get(channel);
    if (listeners?.delete(listener) !== true || listeners.size > 0) return;
    this.#channels.delete(channel);
    if (!this.#session.isClosed) await script(`UNLISTEN ${quoteChannel(channel)}`);
  }

  addNoticeListener(listener: NoticeListener): void {
    this.#notices.add(listener);
  }

  removeNoticeListener(listener: NoticeListener): void {
    this.#notices.delete(listener);
  }

  addTerminationListener(listener: TerminationListener): void {
    this.#terminations.add(listener);
  }

  removeTerminationListener(listener: TerminationListener): void {
    this.#terminations.delete(listener);
  }

  /** The server was told to forget the channels. */
  clearChannels(): void {
    this.#channels.clear();
  }

  /** Nobody listens any more: the connection goes to somebody else. */
  clear(): void {
    this.#channels.clear();
    this.#notices.clear();
    this.#terminations.clear();
    this.#session.events = {};
  }

  #call(act: () => void): void {
    if (!this.#loop.isClosed()) this.#loop.callSoon(act);
  }
}
