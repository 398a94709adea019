/*
 * Overrides and faults in parts, for rows of a form. Lenient on purpose: what a person has typed so far stays in its place, however wrong, and
 * the schema says what is wrong with the whole.
 */

export interface OverrideParts {
  readonly method: string;
  readonly status: string;
  readonly reason: string;
  /** `always`, `3` or `50%`. */
  readonly amount: string;
  /** `Name: value; Name: value`. */
  readonly headers: string;
}

const OVERRIDE = /^([^=]*)=?([^ *;]*)(?: ([^;]*?))?(?:\*([^*;]*))?(?:; *(.*))?$/s;

export function splitOverride(spec: string): OverrideParts {
  const [, method = '', status = '', reason = '', amount = 'always', headers = ''] =
    OVERRIDE.exec(spec) ?? [];
  return { method, status, reason, amount, headers };
}

export function joinOverride({ method, status, reason, amount, headers }: OverrideParts): string {
  const often = amount === 'always' ? '' : `*${amount}`;
  return `${method}=${status}${reason === '' ? '' : ` ${reason}`}${often}${headers === '' ? '' : `; ${headers}`}`;
}

export interface FaultParts {
  readonly kind: string;
  readonly direction: string;
  /** A method, a status, `request`, `response`; empty: every message. */
  readonly only: string;
  readonly amount: string;
  /** Of a delay, `500ms`; of a corruption, what it gets wrong. */
  readonly detail: string;
}

export function splitFault(spec: string): FaultParts {
  const [kind = '', where = '', amount = '', ...detail] = spec.split(':');
  const [direction = '', ...only] = where.split('/');
  return { kind, direction, only: only.join('/'), amount, detail: detail.join(':') };
}

export function joinFault({ kind, direction, only, amount, detail }: FaultParts): string {
  return `${kind}:${direction}${only === '' ? '' : `/${only}`}:${amount}${detail === '' ? '' : `:${detail}`}`;
}

export interface LimitParts {
  readonly name: string;
  readonly value: string;
}

export function splitLimit(spec: string): LimitParts {
  const at = spec.indexOf('=');
  return at < 0 ? { name: spec, value: '' } : { name: spec.slice(0, at), value: spec.slice(at + 1) };
}

export const joinLimit = ({ name, value }: LimitParts): string => `${name}=${value}`;
