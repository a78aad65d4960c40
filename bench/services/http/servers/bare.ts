import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LARGE, listening, TEXT } from './common.ts';

const server = createServer((request, response) => {
  if (request.method === 'POST') {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      const text = `${body.length}`;
      response.writeHead(200, { 'content-type': 'text/plain', 'content-length': text.length });
      response.end(text);
    });
  } else if (request.url?.endsWith('/large') === true) {
    response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': LARGE.length });
    response.end(LARGE);
  } else {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': TEXT.length });
    response.end(TEXT);
  }
});
server.listen(0, '127.0.0.1', () => listening((server.address() as AddressInfo).port));
