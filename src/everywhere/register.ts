// The entry point `asyncio-ts/everywhere`: imported before the program, it rewrites the files that are loaded after it.
//
//   node --import asyncio-ts/everywhere app.js
//   bun --preload asyncio-ts/everywhere app.js

import * as nodeModule from 'node:module';
import process from 'node:process';
import { hookBun } from './bunHooks.ts';
import { hookNode } from './nodeHooks.ts';
import { loadPeers, MissingPeerError } from './peers.ts';
import type { Peers } from './peers.ts';
import { optionsFromEnvironment } from './selection.ts';

const options = optionsFromEnvironment();
const onBun = 'bun' in process.versions;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

if (!onBun && !('registerHooks' in nodeModule)) {
  fail(
    `asyncio-ts/everywhere needs Node 22.15 or later, not ${process.versions.node}: update, or build the program ` +
      `with the plug-in of asyncio-ts/plugin`,
  );
}

function peersOrEnd(): Peers {
  try {
    return loadPeers();
  } catch (error) {
    if (error instanceof MissingPeerError) fail(error.message);
    throw error;
  }
}

const peers = peersOrEnd();
if (onBun) hookBun(options, peers);
else hookNode(options, peers);
