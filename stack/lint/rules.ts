import type { Rule } from './rule.ts';
import { ADDRESS_RULES } from './rules/a1-a3-addresses.ts';
import { HOP_RULES } from './rules/a4-a6-hops.ts';
import { ROUTE_SET_RULES } from './rules/d1-d4-route-set.ts';
import { END_RULES } from './rules/d10-d12-target-bye.ts';
import { SEQUENCE_RULES } from './rules/d2-d3-cseq.ts';
import { RESPONSE_RULES } from './rules/d5-d9-responses.ts';
import { IDENTITY_RULES } from './rules/d6-d7-identity.ts';
import { EVENT_RULES } from './rules/e1-e6-events.ts';
import { GENERAL_RULES } from './rules/g1-g5-general.ts';
import { OFFER_RULES } from './rules/o1-o5-offer-answer.ts';
import { O6 } from './rules/o6-rtp.ts';
import { PROFILE_RULES } from './rules/o7-o8-profiles.ts';
import { SESSION_TIMER_RULES } from './rules/r1-r3-session-timer.ts';
import { RELIABILITY_RULES } from './rules/r4-r6-reliability.ts';
import { SECURITY_RULES } from './rules/s1-s6-security.ts';
import { ACK_RULES } from './rules/t1-t5-ack-cancel.ts';
import { RELAY_RULES } from './rules/t10-t12-relay.ts';
import { TIMER_RULES } from './rules/t6-t9-timers.ts';

/** Every conformance rule. */
export const RULES: readonly Rule[] = [
  ...ROUTE_SET_RULES,
  ...SEQUENCE_RULES,
  ...RESPONSE_RULES,
  ...IDENTITY_RULES,
  ...END_RULES,
  ...ACK_RULES,
  ...TIMER_RULES,
  ...RELAY_RULES,
  ...ADDRESS_RULES,
  ...HOP_RULES,
  ...SECURITY_RULES,
  ...OFFER_RULES,
  O6,
  ...PROFILE_RULES,
  ...EVENT_RULES,
  ...SESSION_TIMER_RULES,
  ...RELIABILITY_RULES,
  ...GENERAL_RULES,
];
