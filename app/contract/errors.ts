/** Stable codes; a face switches on these, never on text. */
export const ERROR_CODES = [
  'bad-params',
  'unknown-method',
  'not-found',
  'conflict',
  'not-supported',
  'cancelled',
  'invalid-config',
  'port-in-use',
  'address-not-available',
  'permission-denied',
  'store-unavailable',
  'file-error',
  'filter-syntax',
  'gone',
  'unauthorized',
  'version-mismatch',
  'disconnected',
  'internal',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The only error that crosses the contract: a code to switch on, one sentence to show, data to act on. */
export class ContractError extends Error {
  override readonly name = 'ContractError' as const;
  readonly code: ErrorCode;
  readonly data: unknown;

  constructor(code: ErrorCode, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}
