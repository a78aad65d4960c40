export async function main(): Promise<void> {
  throw new RangeError('from main');
}
