import { describe, expect, it } from 'vitest';
import type { Address } from '../core/address.ts';
import { LocationStoreError, type LocationStoreErrorCode } from '../registrar/location-store.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';

/*
 * Verified: what callers hear while the store of bindings does not answer, and how users are reached whose binding another process on the
 * same store made.
 */

const PROXY: Address = { host: '10.0.0.1', port: 5060 };
const REMOTE: Address = { host: '10.0.0.9', port: 5060 };

const failing = (code: LocationStoreErrorCode) => {
  const base = createProxyLab();
  let isAway = true;
  base.node(PROXY.host, {
    policy: { domains: ['example.com'] },
    locations: {
      bindings: (aor) =>
        isAway ? Promise.reject(new LocationStoreError(code, 'away')) : base.locations.bindings(aor),
    },
  });
  base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
  const alice = base.peer('10.0.0.8');
  return {
    ...base,
    alice,
    bob: base.peer('10.0.0.9'),
    comeBack: (): void => {
      isAway = false;
    },
  };
};

describe('a proxy whose location store is away (RFC 3261 §21.5.4)', () => {
  it.each(['unavailable', 'timeout', 'conflict'] as const)(
    'answers 503 with Retry-After to %s, and serves again when it is back',
    async (code) => {
      const it_ = failing(code);
      it_.alice.send({ method: 'INVITE', uri: 'sip:bob@example.com', callId: 'one' });
      await it_.settle();
      expect(it_.alice.take().at(-1)).toBe('503 Service Unavailable');
      expect(it_.alice.last.first('Retry-After')).toBe('5');
      it_.comeBack();
      it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com', callId: 'two', cseq: 2 });
      await it_.settle();
      expect(it_.bob.take()).toEqual(['MESSAGE']);
    },
  );

  it('answers 500 where waiting does not help: what is stored cannot be read', async () => {
    const it_ = failing('corrupt');
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['500 Server Internal Error']);
    expect(it_.alice.last.first('Retry-After')).toBeUndefined();
  });
});

describe('bindings whose connection another process holds (RFC 5626 §5.3, RFC 7118 §5)', () => {
  const bound = (contactUri: string, more: { path?: readonly string[]; regId?: number } = {}) => {
    const base = createProxyLab();
    base.node('proxy', {
      listeners: [
        ['udp', PROXY],
        ['tcp', PROXY],
        ['ws', { ...PROXY, port: 8080 }],
      ],
      policy: { domains: ['example.com'] },
    });
    const protocol = contactUri.includes('=ws') ? 'ws' : 'tcp';
    const local = protocol === 'ws' ? { ...PROXY, port: 8080 } : PROXY;
    base.locations.bind('sip:bob@example.com', contactUri, {
      instanceId: 'urn:uuid:1',
      flow: { protocol, local, remote: REMOTE, connectionId: '1', holder: 'another' },
      ...more,
    });
    return { ...base, alice: base.peer('10.0.0.8') };
  };

  it.each<[string, string, { regId?: number }]>([
    ['a WebSocket', 'sip:bob@bob.invalid;transport=ws', {}],
    ['an outbound flow', 'sip:bob@192.168.0.1;transport=tcp', { regId: 1 }],
  ])('are answered 480 when nothing else leads there: %s', async (_, contactUri, more) => {
    const it_ = bound(contactUri, more);
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect(it_.alice.take()).toEqual(['480 Temporarily Unavailable']);
  });

  it('are reached by their Contact over a connection of our own', async () => {
    const it_ = bound('sip:bob@10.0.0.9:5060;transport=tcp');
    const bob = it_.peerOver('tcp', REMOTE, PROXY);
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    await it_.pass(100);
    expect(bob.take()).toEqual(['MESSAGE']);
  });

  it('are reached along their Path, which leads to the process that holds it', async () => {
    const it_ = bound('sip:bob@bob.invalid;transport=ws', { path: ['<sip:flow@10.0.0.2;lr;ob>'] });
    const edge = it_.peer('10.0.0.2');
    it_.alice.send({ method: 'MESSAGE', uri: 'sip:bob@example.com' });
    await it_.settle();
    expect(edge.take()).toEqual(['MESSAGE']);
    expect(edge.last.first('Route')).toBe('<sip:flow@10.0.0.2;lr;ob>');
  });
});
