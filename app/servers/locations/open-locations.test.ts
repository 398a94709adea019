import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../stack/core/logger.ts';
import { ManualClock } from '../../../stack/testing/manual-clock.ts';
import { openLocations } from './open-locations.ts';
import { optionalPackage } from './optional-package.ts';

const open = (url: string): Promise<unknown> =>
  openLocations(url, { clock: new ManualClock(), log: silentLogger }).then(
    () => 'opened',
    (error: unknown) => error,
  );

describe('the address of a location store', () => {
  it('is memory for one process: always healthy', async () => {
    const { store, health, close } = await openLocations('memory', {
      clock: new ManualClock(),
      log: silentLogger,
    });
    expect([await store.count(), health()]).toEqual([{ aors: 0, bindings: 0 }, { isHealthy: true }]);
    close();
  });

  it.each([
    ['', 'The location store "" is none that is known.'],
    [
      'mysql://root:secret@127.0.0.1/x',
      'The location store "mysql://root:***@127.0.0.1/x" is none that is known.',
    ],
    ['redis', 'The location store "redis" is none that is known.'],
    ['redis://:se@cret@[::1', 'The location store "redis://:***@[::1" is none that is known.'],
    ['toString:x', 'The location store "toString:x" is none that is known.'],
  ])('is refused when it is none: %s', async (url, message) => {
    expect(await open(url)).toMatchObject({
      code: 'invalid-config',
      message,
      hint: 'Give memory, redis://[USER:PASSWORD@]HOST[:PORT][/DB] or postgres://USER:PASSWORD@HOST[:PORT]/DATABASE.',
    });
  });

  it('names a database of Redis by its number', async () => {
    expect(await open('redis://127.0.0.1/users')).toMatchObject({
      code: 'invalid-config',
      message: 'The location store names a database of Redis that is no number: users.',
    });
  });

  it('says which package is missing and how to get it', async () => {
    const missing = optionalPackage('pg', 'Locations in PostgreSQL', () =>
      Promise.reject(new Error('no such module')),
    );
    await expect(missing).rejects.toMatchObject({
      code: 'invalid-config',
      message: 'Locations in PostgreSQL need the package pg, which is not installed.',
      hint: 'Install it with: npm install pg',
    });
  });
});
