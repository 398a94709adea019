import type { Dials } from '../../../../app/contract/dials.ts';
import type { ServerConfigKey } from '../../../../app/contract/server-config.ts';
import { SERVER_FIELDS, type ServerField } from '../../../../app/contract/server-fields.ts';
import { defaultOf, type DraftValue, type ServerDraft } from '../server-draft.ts';
import { writeDuration } from '../../../../app/contract/duration.ts';
import type { DialValue } from './dials-store.ts';

/** What is armed has its own part of the tab. */
const ARMED = new Set(['override', 'fault']);

export interface DialGroup {
  readonly title: string;
  readonly fields: readonly ServerField[];
}

const TITLES: Readonly<Record<string, string>> = {
  Calls: 'When a call arrives',
  Authentication: 'Who has to prove who they are',
  Registrations: 'When somebody registers',
  Subscriptions: 'When somebody subscribes',
  Routing: 'Where requests go',
};

/** The dials a server told of, group by group, without what is armed. */
export function dialGroups(dials: Dials): readonly DialGroup[] {
  const groups = new Map<string, ServerField[]>();
  for (const field of SERVER_FIELDS) {
    if (!(field.key in dials.values) || ARMED.has(field.key)) continue;
    groups.set(field.group, [...(groups.get(field.group) ?? []), field]);
  }
  const order = ['Calls', 'Routing', 'Registrations', 'Subscriptions', 'Authentication'];
  const place = (group: string): number => (order.indexOf(group) + order.length + 1) % (order.length + 1);
  return [...groups]
    .sort(([a], [b]) => place(a) - place(b))
    .map(([group, fields]) => ({ title: TITLES[group] ?? group, fields }));
}

/** A dial as the settings write it. */
export function asDraftValue(field: ServerField, value: DialValue): DraftValue {
  if (typeof value === 'number')
    return field.unit === undefined ? String(value) : writeDuration(value, field.unit);
  return value;
}

/** The dials that say something else than the settings do. */
export const differing = (dials: Dials, draft: ServerDraft): readonly ServerField[] =>
  SERVER_FIELDS.filter((field) => {
    const value = dials.values[field.key];
    if (value === undefined) return false;
    return String(asDraftValue(field, value)) !== String(draft.values[field.key] ?? defaultOf(field));
  });

/** The settings with the dials as they are now. */
export function withDials(draft: ServerDraft, dials: Dials): ServerDraft {
  const turned = differing(dials, draft).flatMap((field): [ServerConfigKey, DraftValue][] => {
    const value = dials.values[field.key];
    return value === undefined ? [] : [[field.key, asDraftValue(field, value)]];
  });
  return { ...draft, values: { ...draft.values, ...Object.fromEntries(turned) } };
}
