import * as z from 'zod';
import { Method } from './matcher.ts';

/*
 * Scenario files of siphon-rs's siphond: JSON that says what is sent, and nothing of what must come back. They are upgraded when they are read.
 */

const TransportName = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(['udp', 'tcp', 'tls', 'ws', 'wss'], 'expected udp, tcp, tls, ws or wss'));

const SipUri = z.string().regex(/^sips?:[^\s<>]+$/i, 'expected a SIP URI, such as sip:bob@127.0.0.1:5060');

const Header = z.looseObject({
  name: z.string().regex(/^[^\s:]+$/, 'expected the name of a header'),
  value: z.string(),
});

/** A step, by its `type`. */
export const SIPHON_RS_STEPS = {
  send: z.looseObject({
    type: z.literal('send'),
    method: Method,
    uri: SipUri,
    headers: z.array(Header).nullish(),
    body: z.string().nullish(),
    transport: TransportName.nullish(),
  }),
  sleep: z.looseObject({ type: z.literal('sleep'), ms: z.number().int().min(0) }),
} as const;
export type SiphonRsSend = z.infer<typeof SIPHON_RS_STEPS.send>;
export type SiphonRsStep = SiphonRsSend | z.infer<typeof SIPHON_RS_STEPS.sleep>;

/** The file; its steps are looked at one by one. */
export const SiphonRsFile = z.looseObject({
  steps: z.array(z.unknown()),
  local_uri: SipUri.nullish(),
  contact_uri: SipUri.nullish(),
  default_transport: TransportName.nullish(),
});
export type SiphonRsFile = z.infer<typeof SiphonRsFile>;
