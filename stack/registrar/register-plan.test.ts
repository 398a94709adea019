import { describe, expect, it } from 'vitest';
import { createIds } from '../core/seeded-ids.ts';
import { toBytes } from '../message/octets.ts';
import { parseMessage } from '../message/parse.ts';
import { wishOf } from './contact-requests.ts';
import { contactLines } from './register-answer.ts';
import { planRegister, type RegisterVerdict } from './register-plan.ts';

const RULES = { minExpiresSec: 60, maxExpiresSec: 7200, defaultExpiresSec: 3600, maxBindings: 20 };

/** @returns the verdict, and how many contacts were looked at. */
function plan(contacts: string): { readonly verdict: RegisterVerdict; readonly looks: number } {
  const wish = wishOf(parseMessage(toBytes(`REGISTER sip:h SIP/2.0\r\nContact: ${contacts}\r\n\r\n`)));
  if (wish.kind === 'bad') throw new Error(wish.reason);
  let looks = 0;
  const flowFor = (): undefined => {
    looks++;
  };
  const facts = { aor: 'sip:a@h', callId: 'c', cseq: 1, path: [], userAgent: undefined, isOutbound: false };
  const { result } = planRegister([], 0, { ...facts, wish, flowFor, ids: createIds('x') }, RULES);
  return { verdict: result, looks };
}

describe('the decision about a REGISTER (RFC 3261 §10.3)', () => {
  it('compares no list of contacts that is longer than there can be bindings', () => {
    const many = Array.from({ length: 21 }, (_, n) => `<sip:${n}@h>`).join(',');
    const { verdict, looks } = plan(many);
    expect(verdict).toMatchObject({ kind: 'refused', refusal: { status: 403 }, isOverLimit: true });
    expect(looks).toBe(0);
  });

  it('lists an instance as a quoted string, whatever signs it has (§25.1)', () => {
    const { verdict } = plan('<sip:a@h>;+sip.instance="<urn:x\\";expires=\\"9>"');
    expect(verdict.kind === 'done' && contactLines(verdict.bindings, 0, undefined)).toEqual([
      ['Contact', '<sip:a@h>;expires=3600;+sip.instance="<urn:x\\";expires=\\"9>"'],
    ]);
  });
});
