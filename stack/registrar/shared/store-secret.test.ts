import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../core/logger.ts';
import { LoopDatabase } from '../../testing/loop-database.ts';
import { ManualClock } from '../../testing/manual-clock.ts';
import { openSharedLocations, type SharedLocations } from './shared-locations.ts';

/* Verified: the secret of a store: one for all processes on it, kept beside the bindings and in nobody's way. */

const world = () => {
  const clock = new ManualClock();
  const driver = new LoopDatabase();
  let opened = 0;
  /** Lets the answers of the database come. */
  const got = async <T>(promise: Promise<T>): Promise<T> => {
    void promise.catch(() => undefined);
    await clock.advanceAsync(100);
    return promise;
  };
  const open = (): Promise<SharedLocations> =>
    got(openSharedLocations({ driver, clock, log: silentLogger, self: `process-${++opened}` }));
  return { clock, driver, got, open };
};

describe('the secret of a store (RFC 5627 §5.4)', () => {
  it('is what the first process has brought, for every one that comes later', async () => {
    const { driver, got, open } = world();
    const one = await open();
    const two = await open();
    expect(await got(one.secret('first'))).toBe('first');
    expect([await got(two.secret('second')), await got(one.secret('third'))]).toEqual(['first', 'first']);
    one.dispose();
    two.dispose();
    const later = await open();
    expect(await got(later.secret('fourth'))).toBe('first');
    expect([await later.count(), driver.documents.size]).toEqual([{ aors: 0, bindings: 0 }, 1]);
    later.dispose();
  });

  it('is the one of whoever was faster', async () => {
    const { driver, got, open } = world();
    const store = await open();
    driver.beforeSwap = (key) => driver.documents.set(key, '{"secret":"theirs"}');
    expect(await got(store.secret('mine'))).toBe('theirs');
    store.dispose();
  });

  it('rejects where there is something else, or nothing is taken', async () => {
    const { driver, got, open } = world();
    const store = await open();
    driver.refusal = 'the disk is full';
    await expect(got(store.secret('mine'))).rejects.toThrow('the disk is full');
    driver.documents.set('secret', '{"secret":7}');
    await expect(got(store.secret('mine'))).rejects.toThrow('none');
    store.dispose();
  });
});
