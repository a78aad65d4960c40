export { WeightedSemaphore as entry } from 'asyncio-ts/tools';
