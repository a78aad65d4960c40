// What `asyncio-ts/selectors` exports: waiting for file descriptors by hand. Semantics: Python's selectors.

export { BaseSelector } from './baseSelector.ts';
export type { ReadyKey } from './baseSelector.ts';
export { EpollSelector } from './epollSelector.ts';
/** The best selector of this system. */
export { EpollSelector as DefaultSelector } from './epollSelector.ts';
export { PollSelector } from './pollSelector.ts';
export { AlreadyRegisteredError, NotRegisteredError } from './selectorErrors.ts';
export { EVENT_READ, EVENT_WRITE, SelectorKey } from './selectorKey.ts';
export type { FileObject } from './selectorKey.ts';
export { SelectorMap } from './selectorMap.ts';
export { SelectSelector } from './selectSelector.ts';
