import * as z from 'zod';
import { field } from './field.ts';

/*
 * Responses and faults on purpose. Each is one line of text, so that it is a flag, a line of a file and a row of a form alike.
 */

/** How often something on purpose happens. */
export type Amount =
  | { readonly kind: 'always' }
  /** The next so many times, then never again. */
  | { readonly kind: 'next'; readonly count: number }
  /** Of every hundred, drawn by the node's own chance. */
  | { readonly kind: 'share'; readonly percent: number };

const AMOUNT = String.raw`always|\d{1,6}|\d{1,3}%`;

function parseAmount(text: string): Amount {
  if (text === 'always') return { kind: 'always' };
  if (text.endsWith('%')) return { kind: 'share', percent: Math.min(100, Number(text.slice(0, -1))) };
  return { kind: 'next', count: Number(text) };
}

/** A final response that takes the place of what the server would say. */
export interface ResponseOverride {
  /** A method, or `*` for every one. */
  readonly method: string;
  /** 200 to 699. */
  readonly status: number;
  /** Undefined: the usual one of the status. */
  readonly reason: string | undefined;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly amount: Amount;
}

const OVERRIDE = new RegExp(
  String.raw`^(\*|[A-Za-z]+)=([2-6]\d\d)(?: ([^;\r\n]*?))?(?:\*(${AMOUNT}))?((?:; *[A-Za-z0-9-]+: ?[^;\r\n]+)*)$`,
);

/** The parts of an override: `INVITE=486`, `INVITE=503 Full*2`, `REGISTER=423*always; Min-Expires: 120`. Without an amount: always. */
export function parseOverride(text: string): ResponseOverride | undefined {
  const match = OVERRIDE.exec(text);
  // ACK has no response, and CANCEL is answered by its transaction.
  if (match === null || /^(ACK|CANCEL)=/i.test(text)) return undefined;
  const [, method = '', status = '', reason, amount, headers = ''] = match;
  return {
    method: method.toUpperCase(),
    status: Number(status),
    reason: reason === undefined || reason === '' ? undefined : reason,
    headers: headers
      .split(';')
      .slice(1)
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()] as const;
      }),
    amount: amount === undefined ? { kind: 'always' } : parseAmount(amount),
  };
}

export const FAULT_KINDS = ['drop', 'delay', 'duplicate', 'corrupt'] as const;
/** What a corrupted message gets wrong. */
export const CORRUPTIONS = ['content-length', 'branch', 'start-line', 'call-id', 'octet'] as const;
export type Corruption = (typeof CORRUPTIONS)[number];

/** Something that goes wrong on purpose where messages cross the transport. */
export interface Fault {
  readonly kind: (typeof FAULT_KINDS)[number];
  readonly direction: 'in' | 'out';
  /** Messages it is for: a method (with its responses left alone), a status or status class such as `2xx`, `request`, `response`; undefined: all. */
  readonly only: string | undefined;
  readonly amount: Amount;
  /** Of a delay, in milliseconds. */
  readonly delayMs: number;
  /** Of a corruption. */
  readonly corruption: Corruption;
}

const FAULT = new RegExp(
  String.raw`^(${FAULT_KINDS.join('|')}):(in|out)(?:/([A-Za-z]+|[1-6](?:xx|\d\d)))?:(${AMOUNT})(?::(?:(\d{1,6})ms|(${CORRUPTIONS.join('|')})))?$`,
);

/** The parts of a fault: `drop:out:2`, `drop:in/INVITE:50%`, `delay:out/200:always:500ms`, `corrupt:out/response:2:content-length`. */
export function parseFault(text: string): Fault | undefined {
  const match = FAULT.exec(text);
  if (match === null) return undefined;
  const [, kind = '', direction = '', only, amount = '', delayMs, corruption] = match;
  if ((delayMs !== undefined) !== (kind === 'delay')) return undefined;
  if (corruption !== undefined && kind !== 'corrupt') return undefined;
  return {
    kind: kind as Fault['kind'],
    direction: direction as Fault['direction'],
    only,
    amount: parseAmount(amount),
    delayMs: Number(delayMs ?? 0),
    corruption: (corruption ?? 'octet') as Corruption,
  };
}

export const OverrideSpec = z
  .string()
  .refine(
    (text) => parseOverride(text) !== undefined,
    'expected METHOD=STATUS[ REASON][*AMOUNT][; HEADER: VALUE], such as INVITE=486*3, of a method that is answered (not ACK or CANCEL)',
  );

export const FaultSpec = z
  .string()
  .refine(
    (text) => parseFault(text) !== undefined,
    'expected KIND:DIRECTION[/ONLY]:AMOUNT[:DETAIL], such as drop:out:2, delay:in/INVITE:50%:300ms or corrupt:out:1:content-length',
  );

/** What a server gets wrong on purpose. */
export const BEHAVIOUR_FIELDS = {
  override: field(z.array(OverrideSpec).default([]), {
    label: 'Response overrides',
    group: 'Faults',
    isRare: true,
    placeholder: 'METHOD=STATUS[*AMOUNT]',
    isDial: true,
    description:
      'Answer requests of a method (`*`: of every method) with this instead: `INVITE=486`, `INVITE=503 Full*2` for the next two, `REGISTER=423; Min-Expires: 120`; repeatable.',
  }),
  fault: field(z.array(FaultSpec).default([]), {
    label: 'Faults',
    group: 'Faults',
    isRare: true,
    placeholder: 'KIND:DIRECTION[/ONLY]:AMOUNT',
    isDial: true,
    description:
      'Drop, delay, duplicate or corrupt messages: `drop:out:2` the next two sent, `drop:in/INVITE:50%`, `delay:out/200:always:500ms`, `corrupt:out/response:1:content-length`; repeatable.',
  }),
};
