// A program that writes to a database without end, a pair of rows in each transaction, and says what was committed. Its end
// is a kill. The first argument is the database's path.

import { run } from '../../src/asyncio.ts';
import { connect } from '../../src/sqlite/sqlite.ts';

await run(async () => {
  const db = await connect(process.argv[2] as string);
  await db.execute('CREATE TABLE IF NOT EXISTS t (i INTEGER)');
  for (let i = 1; ; i++) {
    await db.transaction(async () => {
      await db.execute('INSERT INTO t VALUES (?)', [i]);
      await db.execute('INSERT INTO t VALUES (?)', [i]);
    });
    console.log(i);
  }
});
