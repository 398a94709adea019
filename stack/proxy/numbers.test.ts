import { describe, expect, it } from 'vitest';
import { routes } from '../message/headers/name-addr.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';
import type { ProxyPolicy } from './policy.ts';

/* Verified: where a proxy sends requests for telephone numbers. */

const lab = (policy: Partial<ProxyPolicy> = {}) => {
  const base = createProxyLab();
  base.node('10.0.0.1', { policy: { domains: ['example.com'], ...policy } });
  base.locations.bind('sip:+12015550123@example.com', 'sip:bob@10.0.0.9');
  const alice = base.peer('10.0.0.8');
  const ask = async (uri: string): Promise<readonly string[]> => {
    alice.send({ method: 'MESSAGE', uri });
    await base.settle();
    return alice.take();
  };
  return { ...base, ask, bob: base.peer('10.0.0.9') };
};

describe('tel URIs at a proxy (RFC 3966, RFC 3261 §16.5)', () => {
  it.each(['tel:+12015550123', 'tel:+1-201-555-0123', 'tel:+1(201)555.0123;x=y'])(
    '%s is the user of that name',
    async (uri) => {
      const it_ = lab();
      await it_.ask(uri);
      expect(it_.bob.last.startLine).toMatchObject({ method: 'MESSAGE', uri: 'sip:bob@10.0.0.9' });
    },
  );

  it('without domains is looked up at the address the request came to', async () => {
    const it_ = lab({ domains: [] });
    it_.locations.bind('sip:911@10.0.0.1', 'sip:bob@10.0.0.9');
    await it_.ask('tel:911;phone-context=example.com');
    expect(it_.bob.take()).toEqual(['MESSAGE']);
  });

  it('a number nobody has goes to the next hop as it is, and is refused with 404 without one', async () => {
    expect(await lab().ask('tel:+442079460000')).toEqual(['404 Not Found']);
    const it_ = lab({ nextHop: 'sip:10.0.0.9' });
    await it_.ask('tel:+442079460000');
    expect(it_.bob.last.startLine).toMatchObject({ uri: 'tel:+442079460000' });
    expect(routes(it_.bob.last).map(({ uri }) => uri)).toEqual(['sip:10.0.0.9;lr']);
  });
});
