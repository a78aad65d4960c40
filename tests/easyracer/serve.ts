// The exam's server as a program: prints its address and serves until its standard input ends.
//
//   node tests/easyracer/serve.ts '{"second":1000}'     (the default: real seconds, 10,000 racers)

import { startScenarioServer } from './scenarioServer.ts';

const server = await startScenarioServer(JSON.parse(process.argv[2] ?? '{}'));
console.log(server.url);

// Whoever started this program holds the other end: it ends with it, whatever becomes of that one.
process.stdin.on('end', () => process.exit(0));
process.stdin.on('error', () => process.exit(0));
process.stdin.resume();
