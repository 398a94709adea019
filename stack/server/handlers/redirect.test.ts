import { describe, expect, it } from 'vitest';
import { LocationStoreError } from '../../registrar/location-store.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { WrittenLocations } from '../../testing/proxy-lab.ts';
import { compose } from '../handler.ts';
import { redirect } from './redirect.ts';

describe('redirect server (RFC 3261 §8.3)', () => {
  const lab = () => {
    const { clock, agent, peer } = createAgentLab();
    const locations = new WrittenLocations();
    locations.bind('sip:bob@10.0.0.1', 'sip:bob@10.0.0.9', { q: 0.9 });
    locations.bind('sip:bob@10.0.0.1', 'sip:bob@10.0.0.10;transport=tcp', { q: 0.2 });
    agent('10.0.0.1', compose([redirect(locations)]));
    const caller = peer('10.0.0.8');
    return {
      caller,
      locations,
      send: async (uri: string): Promise<void> => {
        caller.send({ method: 'INVITE', uri });
        for (let turn = 0; turn < 4; turn++) {
          await Promise.resolve();
          clock.advance(0);
        }
      },
    };
  };

  it('answers 302 with every contact of the user and its q, best first', async () => {
    const { caller, send } = lab();
    await send('sip:bob@10.0.0.1:5060');
    expect(caller.take()).toEqual(['302 Moved Temporarily']);
    expect(caller.last.all('Contact')).toEqual([
      '<sip:bob@10.0.0.9>;q=0.9',
      '<sip:bob@10.0.0.10;transport=tcp>;q=0.2',
    ]);
  });

  it('answers 404 for a user without a contact', async () => {
    const { caller, send } = lab();
    await send('sip:carol@10.0.0.1');
    expect(caller.take()).toEqual(['404 Not Found']);
  });

  it('answers 503 with Retry-After while the store is away (RFC 3261 §21.5.4)', async () => {
    const { caller, send, locations } = lab();
    locations.bindings = () => Promise.reject(new LocationStoreError('unavailable', 'away'));
    await send('sip:bob@10.0.0.1');
    expect(caller.take()).toEqual(['503 Service Unavailable']);
    expect(caller.last.first('Retry-After')).toBe('5');
  });
});
