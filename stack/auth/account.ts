import type { UserSecret } from './digest.ts';

/** Who asks: the server a request is for (401), or a proxy on the way (407). @rfc 3261 §22.2, §22.3 */
export type AuthKind = 'www' | 'proxy';

/** A name and its secret. All octet text. */
export interface Account {
  readonly username: string;
  readonly secret: UserSecret;
}

/** Whom we show ourselves to. */
export interface AccountQuestion {
  readonly kind: AuthKind;
  readonly realm: string;
  /** URI of From of the request that was challenged. */
  readonly from: string;
}

/** Finds the account for a challenge; undefined when there is none. */
export type Accounts = (question: AccountQuestion) => Account | undefined;

/** One account for whoever asks, or for one realm only. */
export function singleAccount(username: string, password: string, realm?: string): Accounts {
  const account: Account = { username, secret: { password } };
  return (question) => (realm === undefined || realm === question.realm ? account : undefined);
}
