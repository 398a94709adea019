import { expect, it } from 'vitest';
import { createDevCa } from './dev-ca.ts';
import { createTlsContext } from './tls-context.ts';

it('makes one for a name once, and for a bounded number of names', async () => {
  const asked: string[] = [];
  const context = createTlsContext({
    certificates: [await (await createDevCa()).issue({ names: ['first.example'] })],
    certificateFor: (name) => {
      asked.push(name);
      return Promise.resolve(name === 'bad.example' ? { certificate: 'x', key: 'y' } : undefined);
    },
  });
  const { SNICallback } = context.serverOptions();
  const ask = (name: string): Promise<unknown> =>
    new Promise((resolve) => SNICallback?.(name, (_error, found) => resolve(found)));
  const first = await ask('other.example');
  expect(first).toBeDefined();
  for (const name of ['a.example', 'A.example', 'a.example', 'bad.example']) await ask(name);
  expect(asked).toEqual(['other.example', 'a.example', 'bad.example']);
  expect(await ask('a.example\0.b.example')).toBe(first);
  for (let i = 0; i < 300; i++) expect(await ask(`${i}.example`)).toBe(first);
  expect(asked).toHaveLength(256);
});

it('cannot serve without a usable certificate', async () => {
  const ca = await createDevCa();
  const [one, other] = [await ca.issue({ names: ['a.example'] }), await ca.issue({ names: ['b.example'] })];
  const bad = [
    {},
    { certificates: [{ certificate: one.certificate, key: other.key }] },
    { certificates: [{ certificate: 'certificate', key: 'key' }] },
  ];
  for (const options of bad)
    expect(() => createTlsContext(options).serverOptions()).toThrow(
      expect.objectContaining({ name: 'TransportError', code: 'tls' }),
    );
});
