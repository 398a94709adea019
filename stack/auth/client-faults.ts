import type { DigestFields } from './credentials.ts';

/** Where a client goes wrong. */
export interface ClientFaultHooks {
  /** Changes fields before the response is made: it fits the wrong field. */
  before?(fields: DigestFields): DigestFields;
  /** Changes fields after the response was made: it does not fit them. */
  after?(fields: DigestFields): DigestFields;
}

/** One thing a client can do wrong on purpose, to see what a server makes of it. */
export interface ClientFault {
  readonly id: string;
  /** What is wrong. */
  readonly title: string;
  /** What says so. */
  readonly rfc: string;
  /** Made anew for each store: some remember what they did. */
  hooks(): ClientFaultHooks;
}

/** The last hexadecimal digit turned into another one. */
function altered(text: string | undefined): string {
  const hex = text ?? '';
  return hex.slice(0, -1) + (hex.endsWith('0') ? '1' : '0');
}

/** All of them, by id. */
export const CLIENT_FAULTS = {
  'wrong-response': {
    id: 'wrong-response',
    title: 'The response is that of another password.',
    rfc: 'RFC 7616 §3.4.1',
    hooks: () => ({ after: (fields) => ({ ...fields, response: altered(fields.response) }) }),
  },
  'missing-response': {
    id: 'missing-response',
    title: 'There is no response.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, response: undefined }) }),
  },
  'bad-nc': {
    id: 'bad-nc',
    title: 'nc is no number of eight hexadecimal digits.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, nc: '1' }) }),
  },
  'replayed-nc': {
    id: 'replayed-nc',
    title: 'nc is 00000001 in every request.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, nc: '00000001' }) }),
  },
  'missing-nc': {
    id: 'missing-nc',
    title: 'qop without nc.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, nc: undefined }) }),
  },
  'wrong-cnonce': {
    id: 'wrong-cnonce',
    title: 'cnonce is another one than in the response.',
    rfc: 'RFC 7616 §3.4.1',
    hooks: () => ({ after: (fields) => ({ ...fields, cnonce: `${fields.cnonce ?? ''}x` }) }),
  },
  'missing-cnonce': {
    id: 'missing-cnonce',
    title: 'qop without cnonce.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, cnonce: undefined }) }),
  },
  'missing-qop': {
    id: 'missing-qop',
    title: 'Answers as RFC 2069 did, although the server offers qop.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, qop: undefined, nc: undefined, cnonce: undefined }) }),
  },
  'unknown-qop': {
    id: 'unknown-qop',
    title: 'qop is one that was never offered.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, qop: 'auth-none' }) }),
  },
  'wrong-uri': {
    id: 'wrong-uri',
    title: 'uri is not the Request-URI, with a response that fits it.',
    rfc: 'RFC 7616 §3.4.6',
    hooks: () => ({ before: (fields) => ({ ...fields, uri: 'sip:somebody@else.invalid' }) }),
  },
  'missing-uri': {
    id: 'missing-uri',
    title: 'There is no uri.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, uri: undefined }) }),
  },
  'wrong-realm': {
    id: 'wrong-realm',
    title: 'The realm is that of another server.',
    rfc: 'RFC 3261 §22.1',
    hooks: () => ({ before: (fields) => ({ ...fields, realm: 'else.invalid' }) }),
  },
  'wrong-username': {
    id: 'wrong-username',
    title: 'The user is one that nobody knows.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, username: 'nobody', isUserHash: false }) }),
  },
  'missing-username': {
    id: 'missing-username',
    title: 'There is no username.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, username: undefined }) }),
  },
  'invented-nonce': {
    id: 'invented-nonce',
    title: 'The nonce is none that the server gave.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, nonce: altered(fields.nonce) }) }),
  },
  'old-nonce': {
    id: 'old-nonce',
    title: 'The first nonce of the server is used for ever.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => {
      let first: string | undefined;
      return { before: (fields) => ({ ...fields, nonce: (first ??= fields.nonce) }) };
    },
  },
  'wrong-opaque': {
    id: 'wrong-opaque',
    title: 'opaque is not returned as it was.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ before: (fields) => ({ ...fields, opaque: 'something else' }) }),
  },
  'unknown-algorithm': {
    id: 'unknown-algorithm',
    title: 'The algorithm is one that nobody offered.',
    rfc: 'RFC 7616 §3.4',
    hooks: () => ({ after: (fields) => ({ ...fields, algorithm: 'SHA-1' }) }),
  },
} as const satisfies Readonly<Record<string, ClientFault>>;

export type ClientFaultId = keyof typeof CLIENT_FAULTS;
