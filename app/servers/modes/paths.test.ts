import { afterEach, describe, expect, it } from 'vitest';
import { routes } from '../../../stack/message/headers/name-addr.ts';
import { RawPeer } from '../../../stack/testing/raw-peer.ts';
import type { ServerConfigInput } from '../../contract/server-config.ts';
import { servingLab, type ServingLab } from '../testing/serving-lab.ts';

/* Verified: users who are reached by way of the server that has their connection. */

const SERVER = { host: '10.0.0.1', port: 5060 };
const AOR = 'sip:bob@10.0.0.1';
const labs: ServingLab[] = [];

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.close();
});

const serve = (input: ServerConfigInput, storeSecret?: string): ServingLab => {
  const lab = servingLab(input, storeSecret === undefined ? {} : { storeSecret });
  labs.push(lab);
  return lab;
};

const register = async (lab: ServingLab, peer: RawPeer, lines: readonly string[]): Promise<void> => {
  const text = peer.write({ method: 'REGISTER', uri: 'sip:10.0.0.1', lines, contact: false });
  peer.sendText(text.replace(/From: <[^>]*>/, `From: <${AOR}>`).replace(/To: <[^>]*>/, `To: <${AOR}>`));
  await lab.clock.advanceAsync(10);
  expect(peer.take()).toEqual(['200 OK']);
};

const DEVICE = 'Contact: <sip:bob@10.0.0.3:40000;transport=tcp>;reg-id=1;+sip.instance="<urn:uuid:1>"';

describe('a proxy on a store that others share (RFC 3327, RFC 5626 §5.3)', () => {
  const registered = async (storeSecret?: string) => {
    const lab = serve({ mode: 'proxy' }, storeSecret);
    const phone = new RawPeer(lab.clock, lab.network.bind('tcp', { host: '10.0.0.3', port: 40_000 }), SERVER);
    await register(lab, phone, [DEVICE, 'Supported: outbound, path']);
    const [binding] = (await lab.serving.mode.registrar?.bindings(AOR)) ?? [];
    return { lab, phone, path: binding?.path ?? [] };
  };

  it('leads the others to a device whose connection it has, and does not speak of that to the device', async () => {
    const { lab, phone, path } = await registered('a secret');
    expect(path).toEqual([expect.stringMatching(/^<sip:[0-9a-f]{20}_tcp_.*@10\.0\.0\.1:5060;lr;ob>$/)]);
    expect(phone.last.first('Path')).toBeUndefined();
    // What another server does with the binding.
    const other = lab.peer('10.0.0.9');
    const uri = 'sip:bob@10.0.0.3:40000;transport=tcp';
    other.send({ method: 'MESSAGE', uri, lines: [`Route: ${path[0] ?? ''}`] });
    await lab.clock.advanceAsync(10);
    expect(phone.take()).toEqual(['MESSAGE']);
    expect([phone.last.startLine, routes(phone.last)]).toMatchObject([{ uri }, []]);
    // And what the server itself does.
    other.send({ method: 'MESSAGE', uri: AOR, cseq: 2 });
    await lab.clock.advanceAsync(10);
    expect([phone.take(), routes(phone.last)]).toEqual([['MESSAGE'], []]);
  });

  it('on a store of its own has no need of that', async () => {
    expect((await registered()).path).toEqual([]);
  });
});
