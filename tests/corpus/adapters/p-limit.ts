export { limit as entry, limitFunction } from 'asyncio-ts/tools';
