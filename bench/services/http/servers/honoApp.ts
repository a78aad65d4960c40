import { peerPackage } from '../../../io/subject.ts';
import { LARGE, TEXT } from './common.ts';

interface Context {
  readonly req: { text(): Promise<string> };
  text(text: string): Response;
  body(bytes: Uint8Array, status: number, headers: Record<string, string>): Response;
}
type Route = (context: Context) => Response | Promise<Response>;

interface App {
  readonly fetch: (request: Request) => Response | Promise<Response>;
  get(path: string, route: Route): void;
  post(path: string, route: Route): void;
}

const { Hono } = await peerPackage<{ readonly Hono: new () => App }>('hono');

/** The handler as an app of Hono. */
export const app: App = new Hono();
app.get('/hello', (context) => context.text(TEXT));
app.post('/post', async (context) => context.text(`${(await context.req.text()).length}`));
app.get('/large', (context) => context.body(LARGE, 200, { 'content-type': 'application/octet-stream' }));
