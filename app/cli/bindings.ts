import { seconds } from '../../stack/message/headers/access.ts';
import { contacts } from '../../stack/message/headers/name-addr.ts';
import type { SipMessage } from '../../stack/message/message.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { table } from './table.ts';

/** One binding as a registrar lists it. */
export interface ListedBinding {
  readonly contact: string;
  readonly expiresSec?: number;
  readonly q?: string;
  readonly instance?: string;
  readonly regId?: string;
  readonly publicGruu?: string;
}

/** What a 2xx to REGISTER says about every device of the user. @rfc 3261 §10.3 step 8 */
export function bindingsOf(message: SipMessage): readonly ListedBinding[] {
  return contacts(message).map(({ uri, params }) => {
    const expiresSec = seconds(params, 'expires');
    const param = (name: string): string | undefined => {
      const value = params.get(name);
      return value === undefined ? undefined : decodeText(value).replace(/^<|>$/g, '');
    };
    const [q, instance, regId, publicGruu] = ['q', '+sip.instance', 'reg-id', 'pub-gruu'].map(param);
    return {
      contact: decodeText(uri),
      ...(expiresSec === undefined ? {} : { expiresSec }),
      ...(q === undefined ? {} : { q }),
      ...(instance === undefined ? {} : { instance }),
      ...(regId === undefined ? {} : { regId }),
      ...(publicGruu === undefined ? {} : { publicGruu }),
    };
  });
}

const COLUMNS: readonly (readonly [string, keyof ListedBinding])[] = [
  ['contact', 'contact'],
  ['expires', 'expiresSec'],
  ['q', 'q'],
  ['instance', 'instance'],
  ['reg-id', 'regId'],
  ['gruu', 'publicGruu'],
];

/** Bindings in columns; those nobody fills are left out. */
export function bindingTable(bindings: readonly ListedBinding[]): string {
  const used = COLUMNS.filter(([, key]) => bindings.some((binding) => binding[key] !== undefined));
  const rows = bindings.map((binding) =>
    used.map(([, key]) => {
      const value = binding[key];
      return value === undefined ? '' : key === 'expiresSec' ? `${value} s` : String(value);
    }),
  );
  return table(
    used.map(([title]) => title),
    rows,
  );
}
