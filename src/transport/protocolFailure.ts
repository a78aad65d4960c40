// What a report says of a protocol's method that threw. There are two cases, and one sentence for each, asyncio's: the
// transport goes on (LifeCycle.tell guards all such calls), or what the method was given is lost and the connection
// with it.

/** The transport goes on. */
export function callFailed(method: string): string {
  return `protocol.${method}() failed`;
}

/** The connection ends by it. */
export function fatalCall(method: string): string {
  return `Fatal error: protocol.${method}() call failed.`;
}
