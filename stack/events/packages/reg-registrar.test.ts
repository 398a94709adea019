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
});
