// What must be right about a request beyond what a parser checks: for both engines.

// A host and a port: a name, an IPv4 address, an IPv6 address in brackets. RFC 3986, without user and password.
const HOST = /^(?:\[[0-9a-f:.]+\]|[a-z0-9\-._~!$&'()*+,;=%]*)(?::[0-9]{0,5})?$/i;
// Clients name the same few hosts again and again: the last one is known again without a look at its text, which would be
// a slice that every comparison has to copy.
let lastHost: string = '';

/** The host that was found good last, where it stands there again. */
export function lastHostAt(head: string, start: number, end: number): string | undefined {
  const { length } = lastHost;
  return length > 0 && end - start === length && head.startsWith(lastHost, start) ? lastHost : undefined;
}

export function isHost(value: string): boolean {
  if (value === lastHost && value !== '') return true;
  if (!HOST.test(value) || !URL.canParse(`http://${value}/`)) return false;
  // A copy, and no part of this head.
  lastHost = Buffer.from(value, 'latin1').toString('latin1');
  return true;
}

/** What is wrong with a target; it is that of CONNECT nowhere. */
export function targetFault(target: string, isOptions: boolean): string | undefined {
  if (target === '*') return isOptions ? undefined : '* is a target of OPTIONS only';
  const isPath = target.startsWith('/');
  if (!isPath && !(/^https?:\/\/[^/?#@]+(?:[/?]|$)/i.test(target) && URL.canParse(target)))
    return 'the target is no path';
  return target.includes('#') ? 'the target has a fragment' : undefined;
}

/** What is wrong with a field `transfer-encoding`, as a status. */
export function codingFault(value: string, minor: number): 400 | 501 | undefined {
  if (minor === 0) return 400;
  if (value.toLowerCase() === 'chunked') return undefined;
  return /,[\t ]*chunked$/i.test(value) ? 501 : 400;
}
