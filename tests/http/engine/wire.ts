// What an engine answers to bytes on the wire: requests that are good, odd, or made to be read differently by two readers
// (smuggling). A status is what every engine must answer; `node` says where node:http is milder, which is allowed to be
// true of it and of nobody else.

export interface WireCase {
  readonly title: string;
  readonly sent: string;
  /** Of the responses in their order. */
  readonly statuses: readonly number[];
  /** The connection ends after them; else it must answer one more request. */
  readonly closes: boolean;
  /** What node:http answers instead. */
  readonly node?: { readonly statuses: readonly number[]; readonly closes: boolean };
}

const HEAD = 'POST / HTTP/1.1\r\nHost: here\r\n';

function good(title: string, sent: string, count: number = 1): WireCase {
  return { title, sent, statuses: Array.from({ length: count }, () => 200), closes: false };
}

function last(title: string, sent: string, count: number = 1, node?: WireCase['node']): WireCase {
  return { ...good(title, sent, count), closes: true, ...(node && { node }) };
}

function bad(title: string, sent: string, status: number = 400, node?: WireCase['node']): WireCase {
  return { title, sent, statuses: [status], closes: true, ...(node && { node }) };
}

const mild = { statuses: [200], closes: false };
const mildOnce = { statuses: [200], closes: true };
const closed400 = { statuses: [400], closes: true };

export const wireCases: readonly WireCase[] = [
  good('a plain request', 'GET / HTTP/1.1\r\nHost: here\r\n\r\n'),
  good('a query that is odd', 'GET /a?b=c&d[]=%zz HTTP/1.1\r\nHost: here\r\n\r\n'),
  good('empty lines in front of a request', '\r\n\r\nGET / HTTP/1.1\r\nHost: here\r\n\r\n'),
  good(
    'values that are empty or have blanks around them',
    'GET / HTTP/1.1\r\nHost:  here \r\nA:\r\nB:   \r\n\r\n',
  ),
  good('an absolute target', 'GET http://here/a HTTP/1.1\r\nHost: here\r\n\r\n'),
  good('OPTIONS *', 'OPTIONS * HTTP/1.1\r\nHost: here\r\n\r\n'),
  good('a host with a port', 'GET / HTTP/1.1\r\nHost: here:8080\r\n\r\n'),
  good('a host that is an IPv6 address', 'GET / HTTP/1.1\r\nHost: [::1]:8080\r\n\r\n'),
  good('a method that is rare', 'PROPFIND / HTTP/1.1\r\nHost: here\r\n\r\n'),
  good('a body by its size', `${HEAD}Content-Length: 3\r\n\r\nabc`),
  good('a body of no bytes', `${HEAD}Content-Length: 0\r\n\r\n`),
  good('a body in chunks', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
  good('chunks with extensions', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0;c\r\n\r\n`),
  good('trailers', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\n\r\n`),
  good(
    'two requests in one packet',
    'GET /1 HTTP/1.1\r\nHost: here\r\n\r\nGET /2 HTTP/1.1\r\nHost: here\r\n\r\n',
    2,
  ),
  good(
    'a request behind a body',
    `${HEAD}Content-Length: 3\r\n\r\nabcGET /2 HTTP/1.1\r\nHost: here\r\n\r\n`,
    2,
  ),
  {
    ...good(
      'upgrade to what nobody serves',
      'GET / HTTP/1.1\r\nHost: here\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    ),
    node: mildOnce,
  },
  last('HTTP/1.0', 'GET / HTTP/1.0\r\n\r\n'),
  good('HTTP/1.0 that keeps the connection', 'GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n'),
  last('a request that is the last', 'GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n'),
  last(
    'what comes behind the last request is passed over',
    'GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\nGET /2 HTTP/1.1\r\nHost: here\r\n\r\n',
    1,
    closed400,
  ),
  bad('no Host', 'GET / HTTP/1.1\r\n\r\n'),
  bad('two Hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'),
  bad('two Hosts that are the same', 'GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n'),
  bad('a Host that is none', 'GET / HTTP/1.1\r\nHost: a/b\r\n\r\n'),
  bad('a Host with a user', 'GET / HTTP/1.1\r\nHost: a@b\r\n\r\n'),
  bad('a Host with a bad port', 'GET / HTTP/1.1\r\nHost: a:99999\r\n\r\n'),
  bad('two Hosts by a comma', 'GET / HTTP/1.1\r\nHost: a, b\r\n\r\n'),
  bad(
    'Content-Length beside Transfer-Encoding',
    `${HEAD}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad(
    'Transfer-Encoding beside Content-Length',
    `${HEAD}Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n`,
  ),
  bad('two Content-Lengths', `${HEAD}Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc`),
  bad('two Content-Lengths that differ', `${HEAD}Content-Length: 3\r\nContent-Length: 5\r\n\r\nabc`),
  bad('a list as Content-Length', `${HEAD}Content-Length: 3, 3\r\n\r\nabc`),
  bad('Content-Length with a sign', `${HEAD}Content-Length: +3\r\n\r\nabc`),
  bad('Content-Length in hexadecimal', `${HEAD}Content-Length: 0x3\r\n\r\nabc`),
  bad('an empty Content-Length', `${HEAD}Content-Length:\r\n\r\nabc`),
  bad('Content-Length beyond all numbers', `${HEAD}Content-Length: 99999999999999999999\r\n\r\nabc`),
  bad(
    'Transfer-Encoding twice',
    `${HEAD}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
  ),
  bad(
    'chunked that is not the last coding',
    `${HEAD}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n`,
  ),
  bad('a coding that nobody knows', `${HEAD}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`, 501),
  bad('a coding that only looks like chunked', `${HEAD}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`),
  bad('a coding with a vertical tab', `${HEAD}Transfer-Encoding: \x0Bchunked\r\n\r\n0\r\n\r\n`),
  bad('blanks before the colon', `${HEAD}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`),
  bad('chunks in HTTP/1.0', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
  bad('a chunk size with 0x', `${HEAD}Transfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n`),
  bad('a chunk size with a sign', `${HEAD}Transfer-Encoding: chunked\r\n\r\n+3\r\nabc\r\n0\r\n\r\n`),
  bad('a chunk size with a blank', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3 \r\nabc\r\n0\r\n\r\n`),
  bad(
    'a chunk size beyond all numbers',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n`,
  ),
  bad(
    'an extension of a chunk that does not end',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n3;${'a'.repeat(100_000)}`,
    413,
  ),
  bad(
    'a trailer that is framing',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n0\r\nTransfer-Encoding: chunked\r\nContent-Length: 9\r\n\r\n`,
  ),
  bad('no chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n`),
  bad('a chunk longer than its size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n`),
  bad('a bare LF behind a chunk size', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n`),
  bad('a bare LF behind a chunk', `${HEAD}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\n0\r\n\r\n`),
  bad('a bare LF behind the first line', 'GET / HTTP/1.1\nHost: here\r\n\r\n', 400),
  bad('a bare LF behind a field', 'GET / HTTP/1.1\r\nHost: here\n\r\n'),
  bad('a bare CR in a value', 'GET / HTTP/1.1\r\nHost: here\r\nA: b\rc\r\n\r\n'),
  bad('a value on two lines', 'GET / HTTP/1.1\r\nHost: here\r\nA: b\r\n c\r\n\r\n'),
  bad('a blank in front of the first field', 'GET / HTTP/1.1\r\n Host: here\r\n\r\n'),
  bad('an absolute target without a good host', 'GET http://[/ HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('an absolute target with a bad port', 'GET http://a:99999/ HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('an empty Host', 'GET / HTTP/1.1\r\nHost:\r\nA: evil\r\n\r\n'),
  bad('a Host that is encoded', 'GET / HTTP/1.1\r\nHost: %2f%2fevil\r\n\r\n'),
  bad('two Hosts in HTTP/1.0', 'GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n'),
  bad('NUL in a value', 'GET / HTTP/1.1\r\nHost: here\r\nA: b\0c\r\n\r\n'),
  bad('NUL in a name', 'GET / HTTP/1.1\r\nHost: here\r\nA\0: b\r\n\r\n'),
  bad('a control character in a value', 'GET / HTTP/1.1\r\nHost: here\r\nA: b\x01c\r\n\r\n'),
  bad('a name of no token', 'GET / HTTP/1.1\r\nHost: here\r\nA(b): c\r\n\r\n'),
  bad('a name beyond ASCII', 'GET / HTTP/1.1\r\nHost: here\r\n\xE9: c\r\n\r\n'),
  bad('a line without a colon', 'GET / HTTP/1.1\r\nHost: here\r\nno colon\r\n\r\n'),
  bad('a field without a name', 'GET / HTTP/1.1\r\nHost: here\r\n: c\r\n\r\n'),
  bad('a NUL in the target', 'GET /\0 HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('a target beyond ASCII', 'GET /\xE9 HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('a target that is no path', 'GET a HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('a target with a fragment', 'GET /a#b HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('* with another method than OPTIONS', 'GET * HTTP/1.1\r\nHost: here\r\n\r\n'),
  bad('two blanks in the first line', 'GET  / HTTP/1.1\r\nHost: here\r\n\r\n', 400, mild),
  bad('a blank behind the version', 'GET / HTTP/1.1 \r\nHost: here\r\n\r\n', 400),
  bad('an unknown method', 'FOO / HTTP/1.1\r\nHost: here\r\n\r\n', 501),
  bad('a method in small letters', 'get / HTTP/1.1\r\nHost: here\r\n\r\n', 501),
  bad('a method of another protocol', 'DESCRIBE / RTSP/1.0\r\nHost: here\r\n\r\n', 501),
  bad('CONNECT', 'CONNECT here:443 HTTP/1.1\r\nHost: here\r\n\r\n', 501),
  bad('a version that does not exist', 'GET / HTTP/1.2\r\nHost: here\r\n\r\n', 505),
  bad('HTTP/2 in the first line', 'GET / HTTP/2.0\r\nHost: here\r\n\r\n', 505),
  bad('HTTP/2 at once', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 505),
  bad('HTTP/0.9', 'GET /\r\n\r\n', 505),
  bad('the beginning of TLS', '\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03 and more of it'),
  bad('an Expect that nobody knows', `${HEAD}Expect: the unexpected\r\nContent-Length: 3\r\n\r\nabc`, 417),
  bad('too many fields', `GET / HTTP/1.1\r\nHost: here\r\n${'A: b\r\n'.repeat(200)}\r\n`, 431),
  bad('a head that is too large', `GET / HTTP/1.1\r\nHost: here\r\nA: ${'b'.repeat(20_000)}\r\n\r\n`, 431),
  bad('a target that is too long', `GET /${'b'.repeat(20_000)} HTTP/1.1\r\nHost: here\r\n\r\n`, 414),
  bad('a body that is announced as too large', `${HEAD}Content-Length: 2000000\r\n\r\nabc`, 413),
  bad(
    'a body that is too large',
    `${HEAD}Transfer-Encoding: chunked\r\n\r\n1e8480\r\n${'a'.repeat(1_100_000)}`,
    413,
  ),
];
