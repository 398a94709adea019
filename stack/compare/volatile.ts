/*
 * Differences that two messages of one call, or the same message on two hops, always have. A difference is expected when nothing is left
 * of it after what may differ was masked.
 */

interface Rule {
  /** The value without what may differ. */
  readonly mask: (value: string) => string;
  /** A few words beside the row. */
  readonly note: (a: string, b: string) => string | undefined;
}

const gone = (pattern: RegExp) => (value: string) => value.replace(pattern, '');
const always = (note: string) => () => note;

const tag: Rule = {
  mask: gone(/;\s*tag=[^;,\s]*/i),
  note: (a, b) => {
    const has = (value: string): boolean => /;\s*tag=/i.test(value);
    if (!has(a) || !has(b)) return 'the tag makes it a dialog, RFC 3261 §12';
    return 'another tag';
  },
};

const credentials: Rule = {
  mask: gone(/\b(?:nonce|cnonce|response|nc|opaque)\s*=\s*(?:"[^"]*"|[^\s,]+)/gi),
  note: always('computed anew for each request, RFC 8760'),
};

const whole = (note: string): Rule => ({ mask: () => '', note: always(note) });

const RULES: Readonly<Record<string, Rule>> = {
  Via: {
    mask: gone(/;\s*(?:branch=[^;,\s]*|received=[^;,\s]*|rport(?:=\d*)?)/gi),
    note: (a, b) => {
      const branch = (value: string): string | undefined => /;\s*branch=([^;,\s]*)/i.exec(value)?.[1];
      return branch(a) === branch(b) ? 'source address recorded, RFC 3581' : 'another transaction';
    },
  },
  From: tag,
  To: tag,
  'Call-ID': whole('another call'),
  CSeq: { mask: gone(/^\d+/), note: always('the number counts requests') },
  'Content-Length': whole('follows from the body'),
  'Max-Forwards': {
    mask: () => '',
    note: (a, b) => {
      const hops = Number(a) - Number(b);
      if (!(hops > 0)) return undefined;
      return hops === 1 ? 'decremented by one hop' : `decremented by ${hops} hops`;
    },
  },
  Authorization: credentials,
  'Proxy-Authorization': credentials,
  'WWW-Authenticate': credentials,
  'Proxy-Authenticate': credentials,
  'Authentication-Info': credentials,
  Date: whole('the time of sending'),
  Timestamp: whole('the time of sending'),
  RSeq: whole('the number counts reliable responses'),
  RAck: { mask: gone(/^\d+\s+\d+/), note: always('the numbers of the response it confirms') },
  'o=': { mask: gone(/(?<=^\S+ )\d+ \d+/), note: always('another session or version of it') },
  't=': whole('the time of the session'),
  'm=': { mask: gone(/(?<=^\S+ )\d+/), note: (a, b) => portNote(a, b) },
};

/** A stream that is turned off or on is no detail. */
function portNote(a: string, b: string): string | undefined {
  const isOff = (value: string): boolean => value.split(' ')[1] === '0';
  return isOff(a) === isOff(b) ? 'another media port' : undefined;
}

/** Why the difference was to be expected, in a few words; undefined when it was not. */
export function expectation(name: string, a: string, b: string): string | undefined {
  const rule = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
  return rule && rule.mask(a) === rule.mask(b) ? rule.note(a, b) : undefined;
}
