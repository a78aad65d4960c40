// A case for each selector: it gets a fresh one and a maker of socket pairs; both are closed after it.

import { test } from 'node:test';
import {
  DefaultSelector,
  EpollSelector,
  PollSelector,
  SelectSelector,
} from '../../../src/selectors/selectors.ts';
import type { BaseSelector } from '../../../src/selectors/selectors.ts';
import { socketpair } from '../../../src/socket.ts';
import type { Socket } from '../../../src/socket.ts';
import { selectorMissing } from '../../net/backends.ts';

export type Pair = () => [Socket, Socket];
export type SelectorCase = (selector: BaseSelector, pair: Pair) => void | Promise<void>;

const all: Record<string, new () => BaseSelector> = {
  DefaultSelector,
  SelectSelector,
  PollSelector,
  EpollSelector,
};

/** Surely no open descriptor. */
export const NO_FD = 999_999;

/** A test for each selector, or for those that are named; its title begins with the selector's name. */
export function onSelectors(
  title: string,
  body: SelectorCase,
  names: readonly string[] = Object.keys(all),
): void {
  for (const name of names) {
    const make = all[name] as new () => BaseSelector;
    test(`${name}: ${title}`, { skip: selectorMissing, timeout: 20_000 }, () => runCase(make, body));
  }
}

async function runCase(make: new () => BaseSelector, body: SelectorCase): Promise<void> {
  const selector = new make();
  const sockets: Socket[] = [];
  const pair = (): [Socket, Socket] => {
    const both = socketpair();
    sockets.push(...both);
    return both;
  };
  try {
    await body(selector, pair);
  } finally {
    selector.close();
    for (const socket of sockets) socket.close();
  }
}
