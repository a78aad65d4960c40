// What every server of this benchmark answers, and how it talks with who measures it: the port on its standard output,
// then its processor time in microseconds for each line on its standard input, until that ends.

import { createInterface } from 'node:readline';

export const TEXT = 'Hello, world!';
export const LARGE: Uint8Array<ArrayBuffer> = new Uint8Array(64 * 1024).fill(97);

/** The handler, as a fetch-style app has it. */
export async function answer(request: Request): Promise<Response> {
  if (request.method === 'POST') {
    const body = await request.text();
    return new Response(`${body.length}`, { headers: { 'content-type': 'text/plain' } });
  }
  if (request.url.endsWith('/large'))
    return new Response(LARGE, { headers: { 'content-type': 'application/octet-stream' } });
  return new Response(TEXT, { headers: { 'content-type': 'text/plain' } });
}

/** The server listens. */
export function listening(port: number | undefined): void {
  console.log(JSON.stringify({ port }));
  const input = createInterface({ input: process.stdin });
  input.on('line', () => {
    console.log(JSON.stringify(process.cpuUsage()));
  });
  input.on('close', () => process.exit(0));
}
