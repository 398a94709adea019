import { describe, expect, it } from 'vitest';
import { LISTENER_KEYS, SERVER_MODES } from '../../../app/contract/server-config.ts';
import { SERVER_FIELDS } from '../../../app/contract/server-fields.ts';
import { aConfig } from '../../testing/fake-servers.ts';
import {
  addRow,
  checkDraft,
  formGroups,
  isChanged,
  isRowOf,
  moveListeners,
  removeRow,
  setRow,
  setValue,
  toDraft,
  toInput,
} from './server-draft.ts';

const config = aConfig({
  name: 'edge',
  mode: 'full-uas',
  udpBind: ['127.0.0.1:5060', '[::1]:5062'],
  tcpBind: ['localhost:0'],
  ringMs: 700,
  autoAcceptCalls: false,
});
const draft = toDraft(config);

describe('form of a server', () => {
  const keys = (mode: string): string[] =>
    formGroups(mode).flatMap((g) => [...g.usual, ...g.rare].map((f) => f.key));
  const listeners = Object.values(LISTENER_KEYS) as string[];

  it.each(SERVER_MODES)('of a %s has every field the mode uses once, and no other', (mode) => {
    const used = SERVER_FIELDS.filter((f) => f.modes?.includes(mode) !== false).map((f) => f.key);
    expect(keys(mode).sort()).toEqual(used.filter((key) => !listeners.includes(key)).sort());
  });

  it('leaves no field of the schema out', () => {
    const all = new Set([...listeners, ...SERVER_MODES.flatMap(keys)]);
    expect(SERVER_FIELDS.filter((f) => !all.has(f.key))).toEqual([]);
  });

  it('begins with what is usual, and keeps groups of rare fields for the end', () => {
    const groups = formGroups('minimal');
    expect(groups[0]).toMatchObject({ group: 'Server', rare: [] });
    const isUsual = groups.map((g) => g.usual.length > 0);
    expect(isUsual.lastIndexOf(true)).toBeLessThan(isUsual.indexOf(false));
    expect(groups.map((g) => g.group)).not.toContain('Calls');
  });

  it('is the configuration and back again', () => {
    const checked = checkDraft(draft);
    expect(checked).toEqual({ config, fields: {}, entries: {}, rows: {}, listeners: undefined });
    expect(isChanged(draft, config)).toBe(false);
  });

  it('shows an IPv6 address without brackets, and writes them', () => {
    expect(draft.listeners.map((r) => `${r.protocol} ${r.host} ${r.port}`)).toEqual([
      'udp 127.0.0.1 5060',
      'udp ::1 5062',
      'tcp localhost 0',
    ]);
    expect(toInput(draft)['udpBind']).toEqual(['127.0.0.1:5060', '[::1]:5062']);
  });

  it.each([
    ['ringMs', 'abc', 'Expected a time from 0 ms to 3 min, such as 700 ms or 2 s.'],
    ['ringMs', '', 'Expected a time from 0 ms to 3 min, such as 700 ms or 2 s.'],
    ['ringMs', '1.5', 'Expected a time from 0 ms to 3 min, such as 700 ms or 2 s.'],
    ['t1Ms', '5', 'Expected a time from 10 ms to 10 s, such as 700 ms or 2 s.'],
    ['minSe', '10 s', 'Expected a time from 90 s to 24 h, such as 90 s or 30 min.'],
    ['localUri', 'siphon', 'Expected a SIP URI with a user, such as sip:siphon@127.0.0.1.'],
  ] as const)('says in place what is wrong with %s = "%s"', (key, text, message) => {
    const checked = checkDraft(setValue(draft, key, text));
    expect(checked.config).toBeUndefined();
    expect(checked.fields).toEqual({ [key]: message });
  });

  it.each([
    [{ port: '99999' }, { port: 'Expected a port from 0 to 65535; 0 takes a free one.' }],
    [{ port: '' }, { port: 'Expected a port from 0 to 65535; 0 takes a free one.' }],
    [{ host: 'not a host' }, { host: 'Expected HOST:PORT, such as 127.0.0.1:5060 or [::1]:5060.' }],
  ])('marks the row and the column of a bad listener: %o', (change, errors) => {
    const [, second] = draft.listeners;
    expect(checkDraft(setRow(draft, second?.id ?? -1, change)).rows).toEqual({ [second?.id ?? -1]: errors });
  });

  it('marks the entry of a list, at its place among entries not filled in yet', () => {
    const typed = setValue(draft, 'domain', ['', 'lab.test', 'not a domain']);
    expect(toInput(typed)['domain']).toEqual(['lab.test', 'not a domain']);
    expect(checkDraft(typed).entries).toEqual({
      domain: { 2: 'Expected a domain name or an address.' },
    });
    expect(isChanged(setValue(draft, 'domain', ['']), config)).toBe(false);
  });

  it('shows times as people write them, and takes any unit', () => {
    expect(draft.values).toMatchObject({ ringMs: '700 ms', regMaxExpiry: '24 h' });
    expect(checkDraft(setValue(draft, 'ringMs', '2 s')).config?.ringMs).toBe(2000);
    expect(checkDraft(setValue(draft, 'ringMs', '250')).config?.ringMs).toBe(250);
  });

  it('finds every fault at once', () => {
    const bad = setRow(setValue(setValue(draft, 'name', ' '), 't2Ms', 'x'), 0, { port: 'x' });
    const { fields, rows } = checkDraft(bad);
    expect(Object.keys(fields).sort()).toEqual(['name', 't2Ms']);
    expect(Object.keys(rows)).toEqual(['0']);
  });

  it('wants at least one listener', () => {
    const none = draft.listeners.reduce((d, { id }) => removeRow(d, id), draft);
    expect(checkDraft(none).config).toBeUndefined();
    expect(checkDraft(none).listeners).toMatch(/^Add a listener/);
  });

  it('adds the other transport first, then the next port, always with an id of its own', () => {
    const one = toDraft(aConfig({ udpBind: ['127.0.0.1:5070'], tcpBind: [] }));
    const three = addRow(addRow(one));
    expect(three.listeners).toEqual([
      { id: 0, protocol: 'udp', host: '127.0.0.1', port: '5070' },
      { id: 1, protocol: 'tcp', host: '127.0.0.1', port: '5070' },
      { id: 2, protocol: 'udp', host: '127.0.0.1', port: '5072' },
    ]);
    expect(addRow(removeRow(three, 1)).listeners.map((r) => r.id)).toEqual([0, 2, 3]);
  });

  it('moves all transports of a taken port together, and no others', () => {
    const both = toDraft(
      aConfig({ udpBind: ['127.0.0.1:5060', '127.0.0.1:5080'], tcpBind: ['127.0.0.1:5060'] }),
    );
    const taken = { protocol: 'udp', host: '127.0.0.1', port: 5060 } as const;
    expect(both.listeners.map((row) => isRowOf(row, taken))).toEqual([true, false, false]);
    const moved = moveListeners(both, taken, { port: 5062 });
    expect(moved.listeners.map((r) => `${r.protocol}:${r.port}`)).toEqual([
      'udp:5062',
      'udp:5080',
      'tcp:5062',
    ]);
  });
});
