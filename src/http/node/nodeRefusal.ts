// What is wrong with a request, as a status: what node:http finds, and what it lets pass.

import { METHODS, STATUS_CODES } from 'node:http';
import type { Http2ServerRequest } from 'node:http2';
import type { Duplex } from 'node:stream';
import type { EngineLimits } from '../engine/exchange.ts';
import { codingFault, isHost, targetFault } from '../engine/requestRules.ts';
import { isHttp2 } from './nodeExchange.ts';
import type { NodeRequest } from './nodeExchange.ts';

interface Fault {
  readonly status: number;
  readonly reason: string;
}

type HostError = NodeJS.ErrnoException & { readonly rawPacket?: Buffer };

/** How much of what came is looked at. */
const LINE = 4096;

/** Which status the host's error stands for; 0 where nobody is left to be told. */
export function refusalOf(error: HostError): Fault {
  const { code = '', message, rawPacket } = error;
  const reason = `${code}: ${message}`;
  const line = rawPacket?.toString('latin1', 0, LINE) ?? '';
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      // Nothing but a target has come.
      return { status: /^[\r\n]*[!-~]+ [!-~]+$/.test(line) ? 414 : 431, reason };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, reason };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason };
    case 'HPE_PAUSED_H2_UPGRADE':
      return { status: 505, reason };
    case 'HPE_INVALID_VERSION':
      return { status: /^[\r\n]*[!-~]+ [!-~]+ HTTP\/\d\.\d\r/.test(line) ? 505 : 400, reason };
    case 'HPE_INVALID_METHOD':
      return { status: /^[\r\n]*[\w!#$%&'*+.^`|~-]+ [!-~]+ HTTP\/\d/.test(line) ? 501 : 400, reason };
    default:
      return { status: code.startsWith('HPE_') ? 400 : 0, reason };
  }
}

/** What the host lets pass and the contract does not. */
export function badHead(request: NodeRequest, limits: EngineLimits): Fault | undefined {
  const { maxFields, maxBodySize } = limits;
  const count = request.rawHeaders.length / 2 - (isHttp2(request) ? pseudoFields(request) : 0);
  if (count > maxFields) return { status: 431, reason: `${count} header fields, ${maxFields} at most` };
  const fault = isHttp2(request) ? badHttp2(request) : badHttp1(request);
  if (fault !== undefined) return fault;
  const size = Number(request.headers['content-length'] ?? 0);
  if (size <= maxBodySize) return undefined;
  return { status: 413, reason: `a body of ${size} bytes, ${maxBodySize} at most` };
}

function pseudoFields({ rawHeaders }: Http2ServerRequest): number {
  return rawHeaders.filter((name, index) => index % 2 === 0 && name.startsWith(':')).length;
}

/** What the host's parser lets pass. */
function badHttp2(request: Http2ServerRequest): Fault | undefined {
  const { method, url, headers } = request;
  const authority = request.headers[':authority'] ?? '';
  if (!METHODS.includes(method)) return { status: 501, reason: `the method ${method}` };
  const fault = targetFault(url, method === 'OPTIONS');
  if (fault !== undefined) return { status: 400, reason: fault };
  // Who routes by the one must not be led astray by the other (RFC 9113, 8.3.1).
  const { host } = headers;
  if (host !== undefined && authority !== '' && host.toLowerCase() !== authority.toLowerCase())
    return { status: 400, reason: `the host ${host} beside the authority ${authority}` };
  return badHost(authority === '' ? (host ?? '') : authority);
}

function badHttp1(request: Exclude<NodeRequest, { readonly stream: unknown }>): Fault | undefined {
  const { httpVersion, method = '', url = '' } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return { status: 505, reason: `HTTP/${httpVersion} in the first line` };
  if (!METHODS.includes(method)) return { status: 501, reason: `the method ${method}` };
  const fault = targetFault(url, method === 'OPTIONS');
  if (fault !== undefined) return { status: 400, reason: fault };
  const coding = request.headers['transfer-encoding'];
  const status = coding === undefined ? undefined : codingFault(coding, httpVersion === '1.0' ? 0 : 1);
  if (status !== undefined) return { status, reason: `transfer-encoding: ${coding}` };
  const hosts = request.rawHeaders.filter(
    (name, index) => index % 2 === 0 && name.length === 4 && name.toLowerCase() === 'host',
  );
  if (hosts.length > 1) return { status: 400, reason: 'more than one Host' };
  return hosts.length === 0 ? undefined : badHost(request.headers.host ?? '');
}

function badHost(host: string): Fault | undefined {
  return isHost(host) ? undefined : { status: 400, reason: `the host ${host}` };
}

/** Writes a response that is the last of its connection. @returns the status that was sent, 0 where none could be */
export function refuse(output: Duplex, status: number): number {
  const started = (output as Duplex & { _httpMessage?: { headersSent?: boolean } })._httpMessage
    ?.headersSent;
  if (status === 0 || !output.writable || started === true) {
    output.destroy();
    return 0;
  }
  output.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`,
    () => output.destroy(),
  );
  return status;
}
