import { afterEach, describe, expect, it } from 'vitest';
import { contacts } from '../message/headers/name-addr.ts';
import type { SipMessage } from '../message/message.ts';
import { ALICE, createRegisterLab, statusOf, type RegisterLab } from '../testing/register-lab.ts';
import type { RegistrarOptions } from './registrar.ts';

/* Verified: Path, Service-Route, GRUU and outbound at the registrar, in virtual time. */

let lab: RegisterLab;
const start = (options?: Partial<RegistrarOptions>): RegisterLab => (lab = createRegisterLab(options));

afterEach(async () => {
  await lab.close();
  expect([lab.clock.pending, lab.network.openTransports, lab.network.openConnections]).toEqual([0, 0, 0]);
});

const INSTANCE = 'urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF';
const device = (uri: string, params = ''): string => `<${uri}>;+sip.instance="<${INSTANCE}>"${params}`;

describe('Path (RFC 3327 §5.3)', () => {
  const PATH = 'Path: <sip:edge.example.com;lr>, <sip:inner.example.com;lr>';

  it('is kept with the binding as it came, and sent back to a user agent that supports it', async () => {
    const response = await start()
      .phone('10.0.0.2')
      .register({ lines: [PATH, 'Supported: path'] });
    const hops = ['<sip:edge.example.com;lr>', '<sip:inner.example.com;lr>'];
    expect(response.all('Path')).toEqual(hops);
    expect((await lab.store.bindings(ALICE))[0]?.path).toEqual(hops);
  });

  it('is refused with 420 when the user agent does not say that it supports it', async () => {
    const response = await start()
      .phone('10.0.0.2')
      .register({ lines: [PATH] });
    expect([statusOf(response), response.first('Unsupported')]).toEqual(['420 Bad Extension', 'path']);
    expect(await lab.contacts()).toEqual([]);
  });

  it('is kept and not sent back then, where the policy is lenient', async () => {
    const response = await start({ path: 'lenient' })
      .phone('10.0.0.2')
      .register({ lines: [PATH] });
    expect([statusOf(response), response.all('Path')]).toEqual(['200 OK', []]);
    expect((await lab.store.bindings(ALICE))[0]?.path.length).toBe(2);
  });

  it('an extension nobody knows is refused with 420', async () => {
    const response = await start()
      .phone('10.0.0.2')
      .register({ lines: ['Require: path, magic'] });
    expect([statusOf(response), response.first('Unsupported')]).toEqual(['420 Bad Extension', 'magic']);
  });
});

describe('Service-Route (RFC 3608 §6.3)', () => {
  it('goes with every 2xx, in the order of visits, and with nothing else', async () => {
    start({
      serviceRoute: (aor) => [`<sip:${aor.slice(4, 9)}.example.com;lr>`, '<sip:home.example.com;lr>'],
    });
    const phone = lab.phone('10.0.0.2');
    expect((await phone.register()).all('Service-Route')).toEqual([
      '<sip:alice.example.com;lr>',
      '<sip:home.example.com;lr>',
    ]);
    expect((await phone.register({ expires: 1 })).all('Service-Route')).toEqual([]);
  });
});

describe('GRUU (RFC 5627)', () => {
  const hmac = (text: string): string => {
    // A stand-in that spreads: four rounds of FNV-1a with different starts.
    let hex = '';
    for (let round = 0; round < 8; round++) {
      let hash = 0x811c9dc5 + round * 0x9e3779b1;
      for (let at = 0; at < text.length; at++)
        hash = Math.imul(hash ^ text.charCodeAt(at) ^ (hash >>> 15), 0x01000193);
      hex += (hash >>> 0).toString(16).padStart(8, '0');
    }
    return hex;
  };
  const GRUU = { gruu: { hmac } };
  const SUPPORTED = { lines: ['Supported: gruu'] };
  const gruusOf = (response: SipMessage): (string | undefined)[] => {
    const params = contacts(response)[0]?.params;
    return [params?.get('pub-gruu'), params?.get('temp-gruu')];
  };

  it('§5.2, §5.3: gives an instance a public one, always the same, and a temporary one, another each time', async () => {
    const phone = start(GRUU).phone('10.0.0.2');
    const request = { contacts: [device('sip:a@10.0.0.2')], ...SUPPORTED };
    const [pub, temp] = gruusOf(await phone.register(request));
    const [pubAgain, tempAgain] = gruusOf(await phone.register(request));
    expect(pub).toBe(`sip:alice@example.com;gr=${INSTANCE}`);
    expect(pubAgain).toBe(pub);
    expect(temp).toMatch(/^sip:tgruu\.[0-9a-f]+@example\.com;gr$/);
    expect(tempAgain).not.toBe(temp);
    expect(temp).not.toContain('alice');
  });

  it('§5.2: gives none to a user agent that does not ask, and none to a contact without an instance', async () => {
    const phone = start(GRUU).phone('10.0.0.2');
    expect(gruusOf(await phone.register({ contacts: [device('sip:a@10.0.0.2')] }))).toEqual([
      undefined,
      undefined,
    ]);
    const [plain] = contacts(
      await phone.register({ contacts: ['<sip:b@10.0.0.2>;q=1'], ...SUPPORTED }),
    ).filter(({ uri }) => uri.includes('b@'));
    expect(plain?.params.has('pub-gruu')).toBe(false);
  });

  it('§5.5: both lead back to the contacts of that instance only, the latest first', async () => {
    const phone = start(GRUU).phone('10.0.0.2');
    await phone.register({ contacts: ['<sip:other@10.0.0.2>'] });
    await phone.register({ contacts: [device('sip:a@10.0.0.2')] });
    await lab.clock.advanceAsync(1000);
    const answer = await phone.register({ contacts: [device('sip:b@10.0.0.2', ';q=0.1')], ...SUPPORTED });
    const [, , latest] = contacts(answer);
    for (const name of ['pub-gruu', 'temp-gruu']) {
      const gruu = latest?.params.get(name) ?? '';
      const found = await lab.registrar.locate(gruu);
      expect([found.kind, found.aor]).toEqual(['gruu', ALICE]);
      expect(found.bindings.map(({ contactUri }) => contactUri)).toEqual([
        'sip:b@10.0.0.2',
        'sip:a@10.0.0.2',
      ]);
    }
  });

  it('§5.5: a temporary one ends with the Call-ID, a public one does not', async () => {
    const phone = start(GRUU).phone('10.0.0.2');
    const request = { contacts: [device('sip:a@10.0.0.2')], ...SUPPORTED };
    const [pub = '', temp = ''] = gruusOf(await phone.register(request));
    const uris = async (gruu: string): Promise<readonly string[]> =>
      (await lab.registrar.bindings(gruu)).map(({ contactUri }) => contactUri);
    expect([await uris(pub), await uris(temp)]).toEqual([['sip:a@10.0.0.2'], ['sip:a@10.0.0.2']]);
    await phone.register(request);
    expect(await uris(temp)).toEqual(['sip:a@10.0.0.2']);
    await phone.register({ ...request, callId: 'rebooted' });
    expect([await uris(pub), await uris(temp)]).toEqual([['sip:a@10.0.0.2'], []]);
    expect((await lab.registrar.locate(temp)).kind).toBe('gruu');
  });

  it('§5.4: one that was never given out is unknown', async () => {
    start(GRUU);
    for (const uri of [
      `sip:tgruu.${'0'.repeat(90)}@example.com;gr`,
      'sip:tgruu.zz@example.com;gr',
      'sip:alice@example.com;gr',
    ])
      expect((await lab.registrar.locate(uri)).kind, uri).toBe('unknown');
  });

  it('§5.1: a contact must be neither the address of record nor a GRUU of it', async () => {
    const phone = start(GRUU).phone('10.0.0.2');
    const [pub, temp] = gruusOf(await phone.register({ contacts: [device('sip:a@10.0.0.2')], ...SUPPORTED }));
    for (const uri of [ALICE, pub, temp])
      expect(statusOf(await phone.register({ contacts: [`<${uri}>`] }))).toMatch(/^403 /);
  });
});

describe('outbound (RFC 5626)', () => {
  const OUTBOUND = { outbound: { flowTimerSec: 120 } };
  const SUPPORTED = { lines: ['Supported: outbound, path'] };

  it('§6: says Require: outbound and the Flow-Timer, and keeps flow, instance and reg-id', async () => {
    const phone = start(OUTBOUND).phone('10.0.0.2', 'tcp');
    const response = await phone.register({
      contacts: [device('sip:a@192.168.0.2:7777;transport=tcp;ob', ';reg-id=1')],
      ...SUPPORTED,
    });
    expect([response.first('Require'), response.first('Flow-Timer')]).toEqual(['outbound', '120']);
    expect(response.first('Contact')).toBe(
      `<sip:a@192.168.0.2:7777;transport=tcp;ob>;expires=3600;+sip.instance="<${INSTANCE}>";reg-id=1`,
    );
    const [binding] = await lab.store.bindings(ALICE);
    expect(binding).toMatchObject({
      instanceId: INSTANCE,
      regId: 1,
      flow: { protocol: 'tcp', local: { host: '10.0.0.1', port: 5060 }, remote: { host: '10.0.0.2' } },
    });
    expect(binding?.flow?.connectionId).toBeDefined();
  });

  it('§6: a new flow with the same instance and reg-id replaces the old one, another reg-id stands beside it', async () => {
    const [one, two] = [start(OUTBOUND).phone('10.0.0.2'), lab.phone('10.0.0.3')];
    const flow = (uri: string, regId: number) => ({
      contacts: [device(uri, `;reg-id=${regId}`)],
      ...SUPPORTED,
    });
    await one.register(flow('sip:a@10.0.0.2;ob', 1));
    await one.register(flow('sip:a@10.0.0.2;ob', 2));
    expect((await lab.contacts()).length).toBe(2);
    await two.register(flow('sip:a@10.0.0.3;ob', 1));
    const bindings = await lab.store.bindings(ALICE);
    expect(bindings.map(({ regId, contactUri }) => `${regId} ${contactUri}`).sort()).toEqual([
      '1 sip:a@10.0.0.3;ob',
      '2 sip:a@10.0.0.2;ob',
    ]);
    expect(lab.log.map((line) => line.split(' ')[2])).toEqual(['created', 'created', 'refreshed']);
  });

  it('§6: answers 400 to several contacts with reg-id that shall be bound', async () => {
    const phone = start(OUTBOUND).phone('10.0.0.2');
    const contact = [device('sip:a@10.0.0.2;ob', ';reg-id=1'), device('sip:b@10.0.0.2;ob', ';reg-id=2')];
    expect(statusOf(await phone.register({ contacts: contact, ...SUPPORTED }))).toMatch(/^400 /);
    expect(statusOf(await phone.register({ contacts: contact, expires: 0, ...SUPPORTED }))).toBe('200 OK');
  });

  it.each([
    ['no instance', '<sip:a@10.0.0.2>;reg-id=1', 'Supported: outbound'],
    ['no option tag', device('sip:a@10.0.0.2', ';reg-id=1'), 'Supported: path'],
    ['a reg-id of 0', device('sip:a@10.0.0.2', ';reg-id=0'), 'Supported: outbound'],
  ])('§6: with %s reg-id does not count', async (_what, contact, line) => {
    const response = await start(OUTBOUND)
      .phone('10.0.0.2')
      .register({ contacts: [contact], lines: [line] });
    expect([statusOf(response), response.first('Require')]).toEqual(['200 OK', undefined]);
    expect((await lab.store.bindings(ALICE))[0]).toMatchObject({ regId: undefined, flow: undefined });
  });

  it('§6: answers 439 when the first hop of several does not keep flows, and takes it when it does', async () => {
    const phone = start(OUTBOUND).phone('10.0.0.2');
    const through = (edge: string) => ({
      contacts: [device('sip:a@192.168.0.2;ob', ';reg-id=1')],
      lines: [...SUPPORTED.lines, `Path: <sip:core.example.com;lr>, <${edge}>`],
      vias: ['SIP/2.0/UDP 192.168.0.2;branch=z9hG4bK-client'],
    });
    expect(statusOf(await phone.register(through('sip:edge.example.com;lr')))).toBe(
      '439 First Hop Lacks Outbound Support',
    );
    const response = await phone.register(through('sip:token@edge.example.com;lr;ob'));
    expect([statusOf(response), response.first('Require')]).toEqual(['200 OK', 'outbound']);
    // The way back is the edge's, not the socket of the proxy next to us.
    expect((await lab.store.bindings(ALICE))[0]).toMatchObject({ regId: 1, flow: undefined });
  });
});

describe('the flow of a binding (RFC 7118 §6, RFC 5923 §8)', () => {
  it.each([
    ['a WebSocket client', 'ws', 'sip:a@df7jal23ls0d.invalid;transport=ws', true],
    ['a contact without a real name over UDP', 'udp', 'sip:a@x.invalid', true],
    ['a stream from the host of the contact', 'tcp', 'sip:a@10.0.0.2:9;transport=tcp', true],
    ['a stream from another host', 'tcp', 'sip:a@10.9.9.9;transport=tcp', false],
    ['a contact over UDP', 'udp', 'sip:a@10.0.0.2', false],
  ] as const)('%s', async (_what, protocol, uri, isKept) => {
    await start()
      .phone('10.0.0.2', protocol)
      .register({ contacts: [`<${uri}>`] });
    const flow = (await lab.store.bindings(ALICE))[0]?.flow;
    expect(flow?.protocol).toBe(isKept ? protocol : undefined);
    if (isKept) expect(flow?.remote.host).toBe('10.0.0.2');
    if (isKept) expect(flow?.connectionId === undefined).toBe(protocol === 'udp');
  });

  it('is the same object as long as it does not change', async () => {
    const phone = start().phone('10.0.0.2', 'tcp');
    await phone.register();
    const before = (await lab.store.bindings(ALICE))[0]?.flow;
    await phone.register();
    expect((await lab.store.bindings(ALICE))[0]?.flow).toBe(before);
  });
});
