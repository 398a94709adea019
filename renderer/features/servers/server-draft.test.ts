import { describe, expect, it } from 'vitest';
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
  it('has every field of the schema once, and only those the mode uses', () => {
    const keys = (mode: string): string[] =>
      formGroups(mode)
        .flatMap((g) => g.fields)
        .map((f) => f.key);
    expect(keys('full-uas').sort()).toEqual(SERVER_FIELDS.map((f) => f.key).sort());
    expect(keys('minimal')).not.toContain('ringMs');
    expect(keys('minimal')).toContain('t1Ms');
    expect(formGroups('minimal').map((g) => g.group)).not.toContain('Calls');
  });

  it('is the configuration and back again', () => {
    const checked = checkDraft(draft);
    expect(checked).toEqual({ config, fields: {}, rows: {}, listeners: undefined });
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
    ['ringMs', 'abc', 'Expected a whole number from 0 to 180000.'],
    ['ringMs', '', 'Expected a whole number from 0 to 180000.'],
    ['ringMs', '1.5', 'Expected a whole number from 0 to 180000.'],
    ['t1Ms', '5', 'Expected a whole number from 10 to 10000.'],
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
