import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createDevCa, loadDevCa } from './dev-ca.ts';
import type { KeyPair } from './tls-context.ts';

function read({ certificate }: KeyPair): X509Certificate {
  return new X509Certificate(certificate);
}

describe('the development CA', () => {
  it('issues certificates for names, addresses and SIP domains, signed by itself', async () => {
    const ca = await createDevCa();
    const leaf = read(
      await ca.issue({ names: ['localhost', '127.0.0.1', '::1'], sipDomains: ['example.com'] }),
    );
    const root = read(ca.pem);
    expect([root.ca, leaf.ca, leaf.verify(root.publicKey), leaf.checkIssued(root)]).toEqual([
      true,
      false,
      true,
      true,
    ]);
    expect(leaf.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, URI:sip:example.com',
    );
    // Server and client.
    expect(leaf.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
  });

  it('gives the same certificate for the same request, and its own key to each', async () => {
    const ca = await createDevCa();
    const [one, again, other] = await Promise.all(
      ['a.example', 'a.example', 'b.example'].map((name) => ca.issue({ names: [name] })),
    );
    expect(one).toBe(again);
    expect(one?.key).not.toBe(other?.key);
  });

  it('can be saved and taken up again', async () => {
    const ca = await createDevCa();
    const again = await loadDevCa({ ...ca.pem });
    const leaf = read(await again.issue({ names: ['a.example'] }));
    expect(leaf.verify(read(ca.pem).publicKey)).toBe(true);
  });

  it('says why saved texts cannot be used', async () => {
    const ca = await createDevCa();
    const leaf = await ca.issue({ names: ['a.example'] });
    const isTls = { name: 'TransportError', code: 'tls' };
    await expect(loadDevCa({ certificate: 'x', key: 'y' })).rejects.toMatchObject(isTls);
    await expect(loadDevCa({ certificate: ca.pem.certificate, key: 'y' })).rejects.toMatchObject(isTls);
    const other = await createDevCa();
    await expect(loadDevCa({ certificate: ca.pem.certificate, key: other.pem.key })).rejects.toMatchObject({
      ...isTls,
      message: 'the development CA cannot be used: the key does not belong to the certificate',
    });
    await expect(loadDevCa(leaf)).rejects.toMatchObject({
      ...isTls,
      message: 'the development CA cannot be used: the certificate is not that of an authority',
    });
  });

  it.each(['', 'a b', 'a..b', '-a.example', 'a.example/x', 'x'.repeat(300), `${'a'.repeat(64)}.example`])(
    'makes no certificate for %j',
    async (name) => {
      const ca = await createDevCa();
      await expect(ca.issue({ names: [name] })).rejects.toMatchObject({ code: 'tls' });
    },
  );
});
