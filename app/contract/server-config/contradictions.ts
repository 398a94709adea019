import type { ServerConfig } from '../server-config.ts';

/** One thing that is wrong with a configuration, in one sentence. */
export interface ConfigProblem {
  /** The field it belongs to; undefined for an unknown key or a value that is no object. */
  readonly key: string | undefined;
  /** Which entry of a list. */
  readonly index: number | undefined;
  readonly message: string;
}

interface Contradiction {
  /** Where it is shown. */
  readonly key: keyof ServerConfig;
  /** What does not go together, and what would. */
  readonly message: string;
  readonly isThere: (config: ServerConfig) => boolean;
}

/** Options that are fine alone and make no sense together. */
const CONTRADICTIONS: readonly Contradiction[] = [
  {
    key: 'tlsKey',
    message:
      'there is a certificate without its private key; give both, or neither for a development certificate',
    isThere: ({ tlsCert, tlsKey }) => tlsCert !== '' && tlsKey === '',
  },
  {
    key: 'tlsCert',
    message:
      'there is a private key without its certificate; give both, or neither for a development certificate',
    isThere: ({ tlsCert, tlsKey }) => tlsCert === '' && tlsKey !== '',
  },
  {
    key: 'tlsMax',
    message: 'the newest version of TLS is older than the oldest, tlsMin',
    isThere: ({ tlsMin, tlsMax }) => tlsMin > tlsMax,
  },
  {
    key: 'requireTls',
    message: 'TLS is required, but no TLS or secure WebSocket listener is asked for',
    isThere: ({ requireTls, sipsBind, wssBind }) => requireTls && sipsBind.length + wssBind.length === 0,
  },
  {
    key: 'authAlgorithms',
    message: 'passwords are asked for, but no algorithm is offered',
    isThere: ({ auth, authAlgorithms }) => auth && authAlgorithms.length === 0,
  },
  {
    key: 'requirePrack',
    message: 'PRACK is required, but not known; turn enablePrack on',
    isThere: ({ enablePrack, requirePrack }) => requirePrack && !enablePrack,
  },
  {
    key: 'sessionExpires',
    message: 'the session interval is below minSe, which this server would refuse itself',
    isThere: ({ enableSessionTimers, sessionExpires, minSe }) =>
      enableSessionTimers && sessionExpires < minSe,
  },
  {
    key: 'regMinExpiry',
    message: 'the shortest expiry is above the longest, regMaxExpiry',
    isThere: ({ regMinExpiry, regMaxExpiry }) => regMinExpiry > regMaxExpiry,
  },
  {
    key: 'subMinExpiry',
    message: 'the shortest subscription is above the longest, subMaxExpiry',
    isThere: ({ subMinExpiry, subMaxExpiry }) => subMinExpiry > subMaxExpiry,
  },
];

/** What does not go together in a configuration whose every option is valid alone. */
export function contradictions(config: ServerConfig): readonly ConfigProblem[] {
  return CONTRADICTIONS.filter(({ isThere }) => isThere(config)).map(({ key, message }) => ({
    key,
    index: undefined,
    message: `${key}: ${message}`,
  }));
}

/** Whether a problem is about options that do not go together, not about one of them. */
export const isContradiction = (problem: ConfigProblem): boolean =>
  CONTRADICTIONS.some(({ key, message }) => problem.message === `${key}: ${message}`);
