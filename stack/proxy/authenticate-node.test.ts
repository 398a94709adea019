import { describe, expect, it } from 'vitest';
import { createDigestServer } from '../auth/digest-server.ts';
import { singleAccount } from '../auth/account.ts';
import { CredentialStore } from '../auth/credential-store.ts';
import { nodeHashes } from '../auth/node/hashes.ts';
import { createIds } from '../core/seeded-ids.ts';
import { createProxyLab } from '../testing/proxy-lab.ts';
import { digestOf } from './authenticate.ts';

const PROXY = '10.0.0.1';

const lab = (password: string) => {
  const base = createProxyLab();
  const server = createDigestServer({
    clock: base.clock,
    ids: createIds('digest'),
    hashes: nodeHashes,
    realm: 'example.com',
    users: (name) => (name === 'alice' ? 's3cret' : undefined),
  });
  base.node(PROXY, { policy: { domains: ['example.com'], authenticate: digestOf(server, ['MESSAGE']) } });
  base.locations.bind('sip:bob@example.com', 'sip:bob@10.0.0.9');
  const alice = base.agent('10.0.0.8', undefined, {
    credentials: new CredentialStore({
      hashes: nodeHashes,
      ids: createIds('credentials'),
      accounts: singleAccount('alice', password),
    }),
  });
  const bob = base.peer('10.0.0.9', PROXY);
  bob.transport.onReceived(() => {
    bob.respond(bob.last, '200 OK', [], 'b');
  });
  return { ...base, alice, bob };
};

describe('proxy authentication with digest (RFC 3261 §16.3 step 6, §22.3)', () => {
  it.each([
    ['s3cret', 200, ['MESSAGE']],
    ['guess', 407, []],
  ] as const)('asks with 407 and lets pass who knows the password: %s', async (password, status, relayed) => {
    const { alice, bob, settle } = lab(password);
    const result = alice.request({
      method: 'MESSAGE',
      target: 'sip:bob@example.com',
      nextHop: `sip:${PROXY}`,
    });
    await settle();
    expect(await result).toMatchObject({ kind: 'response', status });
    expect(bob.take()).toEqual(relayed);
  });

  it('asks nobody for what needs no credentials: other methods, and requests inside dialogs', async () => {
    const { bob, peer, settle } = lab('');
    const stranger = peer('10.0.0.7', PROXY);
    stranger.send({ method: 'OPTIONS', uri: 'sip:bob@example.com' });
    stranger.send({
      method: 'MESSAGE',
      uri: 'sip:bob@10.0.0.9',
      toTag: 'b',
      lines: [`Route: <sip:${PROXY};lr>`],
    });
    await settle();
    expect(bob.take()).toEqual(['MESSAGE', 'OPTIONS']);
  });
});
