import { afterAll, beforeAll, describe } from 'vitest';
import { DATABASES, type Database } from '../../../e2e/fixtures/databases.ts';
import { missing } from '../../../e2e/fixtures/programs.ts';

/** Longest start: PostgreSQL makes its files first, and the machine may be busy. */
const START_MS = 120_000;

/** Describes something on a server of each kind, started for it; one that is not installed is a skip with its reason. */
export function describeOnEachDatabase(title: string, body: (database: () => Database) => void): void {
  for (const { name, program, start } of DATABASES) {
    const why = program === undefined ? `, skipped: ${missing(name)}` : '';
    describe.skipIf(program === undefined)(`${title} on ${name}${why}`, () => {
      let database: Database | undefined;
      beforeAll(async () => {
        database = await start();
      }, START_MS);
      afterAll(async () => {
        await database?.stop();
      }, START_MS);
      body(() => {
        if (database === undefined) throw new Error(`${name} has not started`);
        return database;
      });
    });
  }
}
