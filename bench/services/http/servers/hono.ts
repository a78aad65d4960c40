import type { AddressInfo } from 'node:net';
import { peerPackage } from '../../../io/subject.ts';
import { listening } from './common.ts';
import { app } from './honoApp.ts';

interface NodeServer {
  serve(
    options: { readonly fetch: unknown; readonly hostname: string; readonly port: number },
    told: (info: AddressInfo) => void,
  ): void;
}

const { serve } = await peerPackage<NodeServer>('@hono/node-server');
serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 }, (info: AddressInfo) => listening(info.port));
