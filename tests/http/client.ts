// A client of HTTP/1.1 for the tests: it sends what it is told, byte for byte, and reads responses one after the other.

import { openConnection } from '../../src/asyncio.ts';
import type { StreamReader, StreamWriter } from '../../src/asyncio.ts';

export interface Received {
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  readonly body: string;
  readonly bytes: Buffer;
  readonly trailers: Headers;
}

export class Client implements AsyncDisposable {
  readonly reader: StreamReader;
  readonly writer: StreamWriter;

  constructor(reader: StreamReader, writer: StreamWriter) {
    this.reader = reader;
    this.writer = writer;
  }

  /** Sends these lines as a head. */
  send(...lines: readonly string[]): void {
    this.writer.write(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'));
  }

  get(path: string, ...lines: readonly string[]): void {
    this.send(`GET ${path} HTTP/1.1`, 'host: here', ...lines);
  }

  post(path: string, body: string | Buffer, ...lines: readonly string[]): void {
    const bytes = Buffer.from(body);
    this.send(`POST ${path} HTTP/1.1`, 'host: here', `content-length: ${bytes.length}`, ...lines);
    this.write(bytes);
  }

  write(text: string | Buffer): void {
    this.writer.write(Buffer.from(text as string, 'latin1'));
  }

  async head(): Promise<{ status: number; statusText: string; headers: Headers }> {
    const head = (await this.reader.readUntil(Buffer.from('\r\n\r\n'))).toString('latin1');
    const [line = '', ...fields] = head.trimEnd().split('\r\n');
    const found = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(line);
    if (found === null) throw new Error(`no status line: ${line}`);
    return { status: Number(found[1]), statusText: found[2] as string, headers: headersOf(fields) };
  }

  /** The next chunk; empty at the end of the body. */
  async chunk(): Promise<Buffer> {
    const size = Number.parseInt((await this.reader.readline()).toString(), 16);
    if (size === 0) return Buffer.alloc(0);
    const bytes = await this.reader.readExactly(size);
    await this.reader.readExactly(2);
    return bytes;
  }

  async response(method: string = 'GET'): Promise<Received> {
    const head = await this.head();
    const { bytes, trailers } = await this.#body(head.status, head.headers, method);
    return { ...head, bytes, body: bytes.toString(), trailers };
  }

  async #body(
    status: number,
    headers: Headers,
    method: string,
  ): Promise<{ bytes: Buffer; trailers: Headers }> {
    const none = { bytes: Buffer.alloc(0), trailers: new Headers() };
    if (method === 'HEAD' || status === 204 || status === 304 || status < 200) return none;
    if (headers.get('transfer-encoding') === 'chunked') {
      const chunks: Buffer[] = [];
      for (let chunk = await this.chunk(); chunk.length > 0; chunk = await this.chunk()) chunks.push(chunk);
      const fields: string[] = [];
      for (let line = await this.#line(); line !== ''; line = await this.#line()) fields.push(line);
      return { bytes: Buffer.concat(chunks), trailers: headersOf(fields) };
    }
    const size = headers.get('content-length');
    const bytes = size === null ? await this.reader.read() : await this.reader.readExactly(Number(size));
    return { ...none, bytes };
  }

  async #line(): Promise<string> {
    return (await this.reader.readline()).toString('latin1').trimEnd();
  }

  /** True when the server has ended the connection and there is nothing left to read. */
  async ended(): Promise<boolean> {
    try {
      return (await this.reader.read(1)).length === 0;
    } catch {
      return true;
    }
  }

  /** Goes away without a word. */
  leave(): void {
    this.writer.transport.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.writer.close();
    await this.writer.waitClosed().catch(() => {});
  }
}

export async function connect(port: number | undefined): Promise<Client> {
  const [reader, writer] = await openConnection('127.0.0.1', port);
  return new Client(reader, writer);
}

function headersOf(fields: readonly string[]): Headers {
  return new Headers(
    fields.map((field) => {
      const colon = field.indexOf(':');
      return [field.slice(0, colon), field.slice(colon + 1).trim()];
    }),
  );
}
