import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { peerPackage } from '../../../io/subject.ts';
import { LARGE, listening, TEXT } from './common.ts';

interface Reply {
  type(type: string): Reply;
  send(body: string | Uint8Array): Reply & PromiseLike<unknown>;
}
type Route = (request: { readonly body: unknown }, reply: Reply) => Promise<unknown>;
type Done = (error: null, body: unknown) => void;

interface App {
  readonly server: Server;
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: 'string' },
    parse: (request: unknown, body: unknown, done: Done) => void,
  ): void;
  get(path: string, route: Route): void;
  post(path: string, route: Route): void;
  listen(options: { readonly host: string; readonly port: number }): Promise<string>;
}

const { fastify } = await peerPackage<{ readonly fastify: () => App }>('fastify');
const app = fastify();
app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
app.get('/hello', async (_request, reply) => await reply.type('text/plain').send(TEXT));
app.post(
  '/post',
  async (request, reply) => await reply.type('text/plain').send(`${(request.body as string).length}`),
);
app.get(
  '/large',
  async (_request, reply) => await reply.type('application/octet-stream').send(Buffer.from(LARGE.buffer)),
);
await app.listen({ host: '127.0.0.1', port: 0 });
listening((app.server.address() as AddressInfo).port);
