import * as z from 'zod';
import { field } from './field.ts';
import { ANSWERING_MODES, CALL_MODES } from './modes.ts';

const delayMs = (max: number) => z.number().int().min(0).max(max).default(0);

/** What a server does with calls. */
export const CALL_FIELDS = {
  autoAcceptCalls: field(z.boolean().default(true), {
    label: 'Accept calls',
    group: 'Calls',
    modes: ['full-uas', 'call-server'],
    isDial: true,
    description: 'Answer calls with 200. When off, every call gets 480 Temporarily Unavailable.',
  }),
  answerDelayMs: field(delayMs(180_000), {
    label: 'Answer delay',
    group: 'Calls',
    unit: 'ms',
    placeholder: 'MS',
    modes: ['full-uas', 'call-server'],
    isDial: true,
    description: 'Time between an INVITE and the first response above 100.',
  }),
  ringMs: field(delayMs(180_000), {
    label: 'Ring time',
    group: 'Calls',
    unit: 'ms',
    placeholder: 'MS',
    modes: ['full-uas', 'call-server'],
    isDial: true,
    description: 'Time between 180 Ringing and 200 OK.',
  }),
  earlyMedia: field(z.boolean().default(false), {
    label: 'Early media',
    group: 'Calls',
    modes: ['full-uas', 'call-server'],
    isDial: true,
    description:
      'Ring with 183 Session Progress and a session description instead of 180; a call without offer needs reliable provisional responses for that.',
  }),
  hangUpAfterMs: field(delayMs(24 * 3600_000), {
    label: 'Hang up after',
    group: 'Calls',
    isRare: true,
    unit: 'ms',
    placeholder: 'MS',
    modes: ANSWERING_MODES,
    isDial: true,
    description: 'Time after which an answered call is ended with BYE; 0 leaves that to the caller.',
  }),
  sdpProfile: field(z.string().min(1).default('audio-only'), {
    label: 'SDP profile',
    group: 'Calls',
    placeholder: 'none|audio-only|audio-video|FILE',
    suggestions: ['none', 'audio-only', 'audio-video'],
    modes: ANSWERING_MODES,
    description:
      'Session descriptions of this server: one audio stream (PCMU, PCMA, telephone-event), audio and video, the description in a file, or none.',
  }),
  enablePrack: field(z.boolean().default(true), {
    label: 'Reliable provisional responses',
    group: 'Calls',
    isRare: true,
    modes: CALL_MODES,
    isDial: true,
    description:
      'Know 100rel and PRACK (RFC 3262): provisional responses are sent reliably to callers that require it.',
  }),
  requirePrack: field(z.boolean().default(false), {
    label: 'Require PRACK',
    group: 'Calls',
    isRare: true,
    modes: ANSWERING_MODES,
    isDial: true,
    description:
      'Send every provisional response above 100 reliably; callers that do not know 100rel get 421.',
  }),
  enableSessionTimers: field(z.boolean().default(false), {
    label: 'Session timers',
    group: 'Calls',
    isRare: true,
    modes: CALL_MODES,
    isDial: true,
    description: 'Ask for session timers (RFC 4028) and refresh calls; when off, they are not known.',
  }),
  sessionExpires: field(z.number().int().min(90).max(86_400).default(1800), {
    label: 'Session interval',
    group: 'Calls',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: CALL_MODES,
    isDial: true,
    description: 'Session-Expires that is asked for.',
  }),
  minSe: field(z.number().int().min(90).max(86_400).default(90), {
    label: 'Shortest session interval',
    group: 'Calls',
    isRare: true,
    unit: 's',
    placeholder: 'SECONDS',
    modes: CALL_MODES,
    isDial: true,
    description: 'Callers that want a shorter session interval get 422 with Min-SE.',
  }),
  enableRefer: field(z.boolean().default(true), {
    label: 'Transfers',
    group: 'Calls',
    isRare: true,
    modes: CALL_MODES,
    description: 'Take REFER and carry it out; when off it is refused.',
  }),
  allowPrivateReferTargets: field(z.boolean().default(false), {
    label: 'Transfers to private addresses',
    group: 'Calls',
    isRare: true,
    modes: CALL_MODES,
    description:
      'Carry out a REFER to loopback and private addresses, which a stranger could use to reach what only this machine can.',
  }),
  operatorTimeoutMs: field(z.number().int().min(1000).max(180_000).default(30_000), {
    label: 'Unanswered after',
    group: 'Calls',
    unit: 'ms',
    placeholder: 'MS',
    modes: ['interactive'],
    isDial: true,
    description:
      'What the operator has not decided for so long is refused with 480 Temporarily Unavailable; subscriptions and transfers after 30 s at most.',
  }),
};
