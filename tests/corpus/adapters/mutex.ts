export { Mutex as entry } from 'asyncio-ts/tools';
