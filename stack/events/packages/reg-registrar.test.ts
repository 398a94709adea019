import { describe, expect, it } from 'vitest';
import { parseReginfo } from '../../message/bodies/reginfo.ts';
import { createMemoryLocations } from '../../registrar/memory-locations.ts';
import { createRegistrar } from '../../registrar/registrar.ts';
import { compose } from '../../server/handler.ts';
import { register } from '../../server/handlers/register.ts';
import { subscribe as subscribeHandler } from '../../server/handlers/subscribe.ts';
import { createAgentLab } from '../../testing/agent-lab.ts';
import { Notifier } from '../notifier/notifier.ts';
import { subscribe } from '../subscriber/outgoing-subscription.ts';
import { regPackage } from './reg.ts';

describe('reg, fed by the registrar (RFC 3680 §4)', () => {
  it('tells of each REGISTER, refresh, expiry and removal', async () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const store = createMemoryLocations({ clock });
    const registrar = createRegistrar({ clock, ids: ua.context.ids, store, admit: () => undefined });
    const notifier = new Notifier(ua.context, [regPackage(store, clock)]);
    ua.serve(compose([register(registrar), subscribeHandler(notifier)]));
    const watcher = agent('10.0.0.5');
    const device = peer('10.0.0.9');
    const lines: string[] = [];
    const subscription = subscribe(watcher, { target: 'sip:us@10.0.0.1', event: 'reg', expiresSec: 600 });
    subscription.onNotify(({ body }) => {
      const parsed = parseReginfo(body);
      const [first] = parsed.kind === 'ok' ? parsed.value.registrations : [];
      const contacts = (first?.contacts ?? []).map((c) => `${c.uri} ${c.event} ${c.expiresSec ?? '-'}`);
      lines.push(`${clock.now()} ${first?.state}: ${contacts.join('; ')}`);
    });
    let number = 0;
    const send = async (contact: string): Promise<void> => {
      number++;
      device.send({
        method: 'REGISTER',
        uri: 'sip:10.0.0.1',
        cseq: number,
        contact: false,
        lines: [`Contact: ${contact}`],
      });
      await clock.settle();
      clock.advance(0);
    };
    clock.advance(0);
    await send('<sip:a@10.0.0.9>;expires=100');
    clock.advance(50_000);
    await send('<sip:a@10.0.0.9>;expires=200');
    clock.advance(1000);
    await send('<sip:b@10.0.0.9>;expires=60');
    clock.advance(61_000);
    await send('*\r\nExpires: 0');
    expect(lines).toEqual([
      '0 init: ',
      '0 active: sip:a@10.0.0.9 created 100',
      '50000 active: sip:a@10.0.0.9 refreshed 200',
      '51000 active: sip:b@10.0.0.9 created 60',
      '111000 active: sip:b@10.0.0.9 expired -',
      '112000 terminated: sip:a@10.0.0.9 unregistered -',
    ]);
    subscription.unsubscribe();
    clock.runAll(400_000);
    expect(clock.pending).toBe(0);
  });

  it('tells of the bindings that were there before, and of ports that make another address (RFC 3261 §10.3 step 5)', async () => {
    const { clock, agent, peer } = createAgentLab();
    const ua = agent('10.0.0.1');
    const store = createMemoryLocations({ clock });
    const registrar = createRegistrar({ clock, ids: ua.context.ids, store, admit: () => undefined });
    ua.serve(compose([register(registrar)]));
    const device = peer('10.0.0.9');
    const bind = async (aor: string, cseq: number): Promise<void> => {
      const lines = [`To: <${aor}>`, `Contact: <sip:d${cseq}@10.0.0.9>;expires=600`];
      const text = device.write({ method: 'REGISTER', uri: 'sip:10.0.0.1', cseq, contact: false, lines });
      device.sendText(text.replace('To: <sip:us@10.0.0.1>\r\n', ''));
      clock.advance(0);
      await clock.settle();
    };
    await bind('sip:us@10.0.0.1:5060', 1);
    await bind('sip:us@10.0.0.1:5070', 2);
    await bind('sip:them@10.0.0.1', 3);
    const reg = regPackage(store, clock);
    const contactsOf = (resource: string): readonly string[] =>
      reg.snapshot(resource)?.contacts.map(({ event, binding }) => `${event} ${binding.contactUri}`) ?? [];
    expect(contactsOf('sip:us@10.0.0.1')).toEqual([]);
    // While the store is read a change comes; it is not undone.
    await store.update('sip:them@10.0.0.1', () => ({ bindings: [], result: undefined }));
    await clock.settle();
    expect(contactsOf('sip:us@10.0.0.1')).toEqual(['registered sip:d1@10.0.0.9']);
    expect(contactsOf('sip:us@10.0.0.1:5070')).toEqual(['registered sip:d2@10.0.0.9']);
    expect(contactsOf('sip:them@10.0.0.1')).toEqual(['unregistered sip:d3@10.0.0.9']);
    ua.dispose();
    store.dispose();
  });

  it('lives on when the store cannot be read', async () => {
    const { clock } = createAgentLab();
    const store = createMemoryLocations({ clock });
    const reg = regPackage(
      {
        onChange: (listener) => store.onChange(listener),
        all: () => ({ [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('away')) }) }),
      },
      clock,
    );
    await clock.settle();
    expect(reg.snapshot('sip:us@10.0.0.1')).toEqual({ state: 'init', contacts: [] });
  });
});
