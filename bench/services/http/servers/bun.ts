import { answer, listening } from './common.ts';

interface BunServe {
  serve(options: { hostname: string; port: number; fetch: (request: Request) => Promise<Response> }): {
    readonly port: number;
  };
}

const { Bun } = globalThis as unknown as { readonly Bun: BunServe };
listening(Bun.serve({ hostname: '127.0.0.1', port: 0, fetch: answer }).port);
