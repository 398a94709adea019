import type { AuthAttempt, AuthVerdict, Challenged } from './auth-verdict.ts';
import type { ChallengeFields } from './challenge.ts';

/** Where a server goes wrong. */
export interface ServerFaultHooks {
  /** The challenges before they are written. */
  fields?(fields: readonly ChallengeFields[]): readonly ChallengeFields[];
  /** The challenges as they are written. */
  values?(values: readonly string[]): readonly string[];
  /** The verdict; `challenge` makes a new one. */
  verdict?(verdict: AuthVerdict, attempt: AuthAttempt, challenge: () => Challenged): AuthVerdict;
  /** rspauth of Authentication-Info. */
  rspauth?(rspauth: string): string;
}

/** One thing a server can do wrong on purpose, to see what a client makes of it. */
export interface ServerFault {
  readonly id: string;
  /** What is wrong. */
  readonly title: string;
  /** What says so. */
  readonly rfc: string;
  /** Made anew for each server: some remember what they did. */
  hooks(): ServerFaultHooks;
}

const challengeEverything: NonNullable<ServerFaultHooks['verdict']> = (_verdict, _attempt, challenge) =>
  challenge();

const forEach =
  (change: Partial<ChallengeFields>): NonNullable<ServerFaultHooks['fields']> =>
  (fields) =>
    fields.map((one) => ({ ...one, ...change }));

/** All of them, by id. */
export const SERVER_FAULTS = {
  'endless-challenge': {
    id: 'endless-challenge',
    title: 'Challenges whatever comes, without saying that a nonce is stale.',
    rfc: 'RFC 3261 §22.1',
    hooks: () => ({ verdict: challengeEverything }),
  },
  'endless-stale': {
    id: 'endless-stale',
    title: 'Calls every nonce stale, also those it has just given.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => ({ verdict: challengeEverything, fields: forEach({ isStale: true }) }),
  },
  'stale-once': {
    id: 'stale-once',
    title: 'Calls the first nonce of each user agent stale for no reason.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => {
      let isPending = false;
      let isDone = false;
      return {
        verdict: (verdict, _attempt, challenge) => {
          if (verdict.kind !== 'accepted' || isDone) return verdict;
          isDone = isPending = true;
          return challenge();
        },
        fields: (fields) => {
          const changed = isPending ? fields.map((one) => ({ ...one, isStale: true })) : fields;
          isPending = false;
          return changed;
        },
      };
    },
  },
  'same-nonce': {
    id: 'same-nonce',
    title: 'Refuses right credentials and gives the same nonce again.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => {
      let nonce: string | undefined;
      return {
        verdict: challengeEverything,
        fields: (fields) => fields.map((one) => ({ ...one, nonce: (nonce ??= one.nonce) })),
      };
    },
  },
  'wrong-rspauth': {
    id: 'wrong-rspauth',
    title: 'rspauth is that of a server that does not know the password.',
    rfc: 'RFC 7616 §3.5',
    hooks: () => ({ rspauth: (rspauth) => rspauth.replace(/./g, '0') }),
  },
  'unknown-algorithm-first': {
    id: 'unknown-algorithm-first',
    title: 'The first challenge has an algorithm that nobody knows.',
    rfc: 'RFC 8760 §2.4',
    hooks: () => ({
      fields: (fields) => [
        { ...fields[0], realm: fields[0]?.realm, nonce: fields[0]?.nonce, algorithm: 'SHA-999' },
        ...fields,
      ],
    }),
  },
  'unknown-scheme-first': {
    id: 'unknown-scheme-first',
    title: 'The first challenge has a scheme that is no Digest.',
    rfc: 'RFC 3261 §22',
    hooks: () => ({ values: (values) => ['Bearer realm="elsewhere", scope="sip"', ...values] }),
  },
  'weakest-first': {
    id: 'weakest-first',
    title: 'The challenges stand in the order from weak to strong.',
    rfc: 'RFC 8760 §2.3',
    hooks: () => ({ fields: (fields) => [...fields].reverse() }),
  },
  'one-line': {
    id: 'one-line',
    title: 'All challenges stand in one header line, as in HTTP.',
    rfc: 'RFC 3261 §7.3.1',
    hooks: () => ({ values: (values) => [values.join(', ')] }),
  },
  'no-realm': {
    id: 'no-realm',
    title: 'The challenges have no realm.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => ({ fields: forEach({ realm: undefined }) }),
  },
  'no-nonce': {
    id: 'no-nonce',
    title: 'The challenges have no nonce.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => ({ fields: forEach({ nonce: undefined }) }),
  },
  'unknown-qop': {
    id: 'unknown-qop',
    title: 'The only qop is one that nobody knows.',
    rfc: 'RFC 7616 §3.3',
    hooks: () => ({ fields: forEach({ qop: ['auth-conf'] }) }),
  },
  'no-challenge': {
    id: 'no-challenge',
    title: 'The 401 has no challenge at all.',
    rfc: 'RFC 3261 §22.2',
    hooks: () => ({ values: () => [] }),
  },
  'broken-challenge': {
    id: 'broken-challenge',
    title: 'A quoted string of the challenge is not closed.',
    rfc: 'RFC 3261 §25.1',
    hooks: () => ({ values: (values) => values.map((value) => value.replace(/"$/, '')) }),
  },
} as const satisfies Readonly<Record<string, ServerFault>>;

export type ServerFaultId = keyof typeof SERVER_FAULTS;
