import { afterEach, describe, expect, it } from 'vitest';
import { ContractError } from '../../../app/contract/errors.ts';
import { full } from '../../testing/fake-state.ts';
import { renderApp, type RenderedApp } from '../../testing/render-app.tsx';
import { aDialog, aRegistration, sampleState } from '../../testing/sample-state.ts';
import { type FakeOptions, SAMPLE_SERVERS } from '../../testing/fake-backend.ts';

/* Verified: the State screen in a document, on a fake workbench: what it shows, its keys, its actions. */

let app: RenderedApp;
afterEach(() => app.unmount());

const open = async (options: FakeOptions = {}): Promise<void> => {
  app = await renderApp({ state: sampleState(), ...options });
  await app.after(() => void app.parts.registry.run('view.state'));
};

const rows = (): readonly string[] =>
  [...document.querySelectorAll('[role="row"][aria-label]')].map(
    (row) => row.getAttribute('aria-label') ?? '',
  );
const selected = (): string | null | undefined =>
  document.querySelector('[role="row"][aria-selected="true"]')?.getAttribute('aria-label');
const acts = (): readonly unknown[] =>
  app.fake.calls.filter(({ method }) => method === 'state.act').map(({ params }) => params);
const reads = (): number => app.fake.calls.filter(({ method }) => method === 'state.read').length;
const details = (): string => app.get('region', 'Details').textContent;

describe('the State screen', () => {
  it('lists what the running server holds, and counts it in the tabs', async () => {
    await open();
    expect(app.get('tab', /^Registrations/).textContent).toBe('Registrations8');
    expect(rows()).toHaveLength(8);
    expect(app.text()).toContain('7 addresses, 8 contacts');
    await app.press('2');
    expect(rows()[0]).toBe('early dialog with erin@lab.test, as uas');
  });

  it('moves by keys alone: rows, details and back', async () => {
    await open();
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Registrations');
    await app.press('ArrowDown');
    await app.press('j');
    expect(selected()).toBe('alice@lab.test at sip:alice@127.0.0.1:5071, udp');
    expect(details()).toContain('siphon-phone/0.9');
    await app.press('Enter');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Details of the row');
    await app.press('Escape');
    expect(document.activeElement?.getAttribute('role')).toBe('grid');
  });

  it('takes the keys of the rows from an empty table on, as soon as the first comes', async () => {
    await open({ state: { ...sampleState(), dialogs: full([]) } });
    await app.focus(app.get('button', 'State'));
    await app.press('2');
    app.fake.state.set({ ...sampleState(), dialogs: full([aDialog({})]) });
    await app.after(() => void app.clock.fireNext());
    expect(rows()).toHaveLength(1);
    await app.press('Home');
    expect(selected()).toBe(rows()[0]);
  });

  it('takes the keys of the rows from a table that was chosen before it was read', async () => {
    app = await renderApp({ state: sampleState() });
    app.fake.failNext('state.read', new ContractError('gone', 'Not yet.'));
    await app.after(() => void app.parts.registry.run('view.state'));
    await app.focus(app.get('button', 'State'));
    await app.press('2');
    expect(rows()).toEqual([]);
    await app.after(() => void app.clock.fireNext());
    await app.press('Home');
    expect(selected()).toBe('early dialog with erin@lab.test, as uas');
  });

  it('asks before a binding is expired, and shows that it is gone', async () => {
    await open();
    await app.press('End');
    await app.press('Delete');
    const question = app.get('dialog', 'Expire the binding of park-1@lab.test?');
    expect(question.textContent).toContain('sip:park@127.0.0.1:5090');
    expect(acts()).toEqual([]);
    await app.click(app.get('button', 'Expire binding'));
    expect(acts()).toEqual([
      {
        id: 'uas',
        action: { kind: 'expire-binding', aor: 'sip:park-1@lab.test', contact: 'sip:park@127.0.0.1:5090' },
      },
    ]);
    expect(rows()).toHaveLength(7);
    expect(details()).toContain('Over');
    expect(details()).toContain('this is how it was seen last');
    expect(details()).not.toContain('Expires');
    // The cursor goes on from there.
    await app.press('ArrowUp');
    expect(selected()).toContain('erin@lab.test');
  });

  it('says in one sentence why an action failed', async () => {
    await open();
    await app.press('2');
    await app.press('Home');
    app.fake.failNext('state.act', new ContractError('gone', 'That dialog is over already.'));
    await app.press('Delete');
    await app.click(app.get('button', 'Refuse call'));
    expect(app.text()).toContain('The call with erin@lab.test was not ended');
    expect(app.text()).toContain('That dialog is over already.');
  });

  it('reads again once a second while it is shown, and keeps the selection', async () => {
    await open();
    await app.press('ArrowDown');
    const before = reads();
    app.fake.state.set({
      registrations: full([
        aRegistration({ aor: 'sip:0000@lab.test' }),
        ...(sampleState().registrations?.rows ?? []),
      ]),
    });
    await app.after(() => void app.clock.fireNext());
    expect(reads()).toBe(before + 1);
    expect(rows()).toHaveLength(9);
    expect(selected()).toContain('2001@lab.test');
    await app.press('1', { ctrlKey: true });
    const hidden = reads();
    await app.after(() => void app.clock.fireNext());
    expect(reads()).toBe(hidden);
  });

  it('leads from a dialog to its messages, and from one leg to the other', async () => {
    await open();
    await app.press('2');
    await app.press('ArrowDown');
    await app.press('ArrowDown');
    expect(details()).toContain('Bridged with');
    await app.press('b');
    expect(selected()).toBe('confirmed dialog with alice@lab.test, as uas, bridged');
    await app.press('t');
    expect(app.parts.preferences.get('screen')).toBe('traffic');
    expect(app.parts.traffic.list.store.getState().filter).toBe(
      'sip.Call-ID == "3c26a7f0-84de-4b1f@127.0.0.1"',
    );
  });

  it('says what to do when nothing runs, and when the server stops', async () => {
    await open();
    await app.after(() => void app.fake.call('servers.stop', { id: 'uas' }));
    expect(app.text()).toContain('edge-uas does not run');
    await app.click(app.get('button', 'Start edge-uas'));
    expect(rows()).toHaveLength(8);
  });

  it('shows why a table cannot be read, and that only a part of one is shown', async () => {
    await open({
      state: {
        registrations: { total: 0, rows: [], failure: 'The location store cannot be read: no answer.' },
        dialogs: { total: 700, rows: [aDialog()] },
      },
    });
    expect(app.get('alert', /The location store cannot be read/)).toBeDefined();
    await app.press('2');
    expect(app.text()).toContain('The first 1 of 700 dialogs');
  });

  it('filters and sorts', async () => {
    await open();
    await app.press('/');
    expect(document.activeElement).toBe(app.get('textbox', 'Filter registrations'));
    await app.type(app.get('textbox', 'Filter registrations'), 'carol tls');
    expect(rows()).toEqual(['carol@lab.test at sips:carol@192.168.10.77:5061, tls']);
    await app.type(app.get('textbox', 'Filter registrations'), 'nobody');
    expect(app.text()).toContain('0 of 8 registrations match');
    await app.press('Escape');
    await app.click(app.get('button', 'q'));
    expect(rows()[0]).toContain('sips:carol');
    await app.click(app.get('button', 'q'));
    expect(rows().at(-1)).toContain('sips:carol');
  });

  it('counts the timers of a transaction down, and tells its history', async () => {
    await open();
    await app.press('3');
    for (let i = 0; i < 4; i++) await app.press('j');
    expect(selected()).toBe('INVITE client transaction with 203.0.113.20:5060, calling, timers A and B');
    expect(app.get('region', 'Timers').textContent).toMatch(
      /Asends the INVITE again RFC 3261 §17\.1\.1\.2\d\.\d s of 8\.0 s/,
    );
    expect(app.get('region', 'History').textContent).toContain('0.500timer A fired, sent again');
    expect(document.querySelector('[aria-current="step"]')?.textContent).toBe(
      'callingstays: timer A fired, sent again RFC 3261 §17.1.1.2',
    );
    const states = app.get('region', 'States').textContent;
    expect(states).toContain('proceedingon 1xx received RFC 3261 §17.1.1.2accepted');
    expect(states).toContain('terminatedon timer B fired; transport failed; connection lost');
  });

  it('sends a NOTIFY at once, and ends a subscription for the reason that is chosen', async () => {
    await open();
    await app.press('4');
    await app.press('Home');
    await app.press('n');
    expect(acts()).toEqual([{ id: 'uas', action: { kind: 'notify', id: 's1' } }]);
    expect(details()).toContain('NOTIFYs sent5');
    await app.press('Delete');
    const question = app.get('dialog', /^End the subscription to presence of alice@lab.test/);
    await app.focus(app.get('combobox', 'Reason'));
    await app.press('Enter');
    await app.click(app.get('option', 'noresource'));
    expect(question.textContent).toContain('terminated;reason=noresource');
    await app.click(app.get('button', 'End subscription'));
    expect(acts()[1]).toEqual({
      id: 'uas',
      action: { kind: 'end-subscription', id: 's1', reason: 'noresource' },
    });
    expect(rows()).toHaveLength(4);
  });

  it('shows who is at the other end of a TLS connection, and drops it', async () => {
    await open();
    await app.press('5');
    await app.press('Home');
    expect(details()).toContain('TLS 1.2');
    expect(details()).toContain('ECDHE-RSA-AES128-GCM-SHA256');
    expect(details()).toContain('sbc2.example.org');
    expect(details()).toContain('trusted');
    await app.press('End');
    expect(details()).toContain('not trusted');
    expect(details()).toContain('expired');
    await app.press('Delete');
    await app.click(app.get('button', 'Drop connection'));
    expect(acts()).toEqual([{ id: 'uas', action: { kind: 'drop-connection', id: 'c4' } }]);
    expect(rows()).toHaveLength(3);
  });

  it('shows a DNS search step by step, and the hops in order', async () => {
    await open();
    await app.press('6');
    await app.press('Home');
    expect(app.get('region', 'Steps').textContent).toContain('SRV _sip._tcp.example.org');
    expect(app.get('region', 'Hops, in the order they are tried').textContent).toBe(
      'Hops, in the order they are triedtcp 203.0.113.20:5060udp 203.0.113.21:5060',
    );
    await app.press('j');
    expect(details()).toContain('failed: nowhere.example cannot be found');
    expect(details()).toContain('nothing can be sent to this URI');
  });

  it('says of every empty table how the first row comes, and of which mode it needs another', async () => {
    await open({
      state: {},
      servers: SAMPLE_SERVERS.map((server) => ({ ...server, state: 'running' })),
    });
    for (const key of ['1', '2', '3', '4', '5', '6']) {
      await app.press(key);
      expect(document.querySelector('.statescreen .empty p')?.textContent, key).toMatch(/listed here/);
    }
    await app.after(() => {
      app.parts.state.getState().choose('probe');
    });
    await app.press('1');
    expect(app.text()).toContain('options-probe keeps no registrations in its mode.');
  });

  it('is reached from every screen by the name of a server, and names what can be done with a row', async () => {
    app = await renderApp({ state: sampleState() });
    const ids = (): readonly string[] => app.parts.registry.list().map(({ id }) => id);
    expect(ids()).not.toContain('state.of:probe');
    expect(ids()).not.toContain('state.show:transactions');
    await app.after(() => void app.parts.registry.run('state.of:uas'));
    expect(app.parts.preferences.get('screen')).toBe('state');
    expect(document.activeElement?.getAttribute('aria-label')).toBe('Registrations');
    expect(ids()).toContain('state.show:transactions');
    expect(ids()).not.toContain('state.expire');
    await app.press('Home');
    expect(ids()).toContain('state.expire');
  });

  it('stands still on demand, and goes on', async () => {
    await open();
    await app.press('p');
    expect(app.text()).toContain('Paused');
    const before = reads();
    await app.after(() => void app.clock.fireNext());
    expect(reads()).toBe(before);
    await app.press('p');
    await app.after(() => void app.clock.fireNext());
    expect(reads()).toBe(before + 1);
    expect(app.text()).not.toContain('Paused');
  });

  it('says that it is not up to date when the server does not answer, and keeps what it knows', async () => {
    await open();
    app.fake.failNext('state.read', new ContractError('gone', 'The server ended meanwhile.'));
    await app.after(() => void app.clock.fireNext());
    expect(app.get('alert', /Not up to date/).textContent).toBe(
      'Not up to date: The server ended meanwhile.',
    );
    expect(rows()).toHaveLength(8);
    await app.after(() => void app.clock.fireNext());
    expect(app.find('alert', /Not up to date/)).toBeUndefined();
  });

  it('holds five hundred rows of which only those in sight are in the page, and keeps the view as rows come above', async () => {
    const many = Array.from({ length: 500 }, (_, i) =>
      aRegistration({ aor: `sip:u${String(i).padStart(3, '0')}@lab.test`, contact: `sip:u${i}@10.0.0.1` }),
    );
    await open({ state: { registrations: { total: 12_843, rows: many } } });
    expect(rows().length).toBeLessThan(60);
    expect(app.get('tab', /^Registrations/).textContent).toBe('Registrations12\u202f843');
    const grid = app.get('grid', 'Registrations');
    await app.after(() => {
      grid.scrollTop = 2400;
      grid.dispatchEvent(new Event('scroll'));
    });
    app.fake.state.set({
      registrations: full([aRegistration({ aor: 'sip:a@lab.test' }), ...many]),
    });
    await app.after(() => void app.clock.fireNext());
    expect(grid.scrollTop).toBe(2424);
    await app.press('End');
    expect(app.parts.state.getState().views.registrations.selection?.of.key).toContain('u499@lab.test');
  });
});
