// What node:http finds wrong with a request, as a status.

import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Which status the host's error stands for; 0 where nobody is left to be told. */
export function refusalOf(error: NodeJS.ErrnoException): { status: number; reason: string } {
  const { code = '', message } = error;
  const reason = `${code}: ${message}`;
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, reason };
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return { status: 413, reason };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, reason };
    case 'HPE_INVALID_TRANSFER_ENCODING':
      return { status: 400, reason };
    case 'HPE_INVALID_VERSION':
      return { status: 505, reason };
    default:
      return { status: code.startsWith('HPE_') ? 400 : 0, reason };
  }
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
