import { each } from './access.ts';

/** @rfc 3261 §20.43 */
export interface Warning {
  /** Of three digits; 3xx are those of SIP. */
  readonly code: number;
  /** Host or pseudonym of who warns. */
  readonly agent: string;
  readonly text: string;
}

/** Why a request was refused, in words. */
export const warnings = each('Warning', (reader): Warning | undefined => {
  const code = reader.number(999);
  const hasGap = reader.space();
  const agent = reader.word();
  reader.space();
  const text = reader.quoted();
  if (code === undefined || code < 100 || !hasGap || agent === undefined || text === undefined)
    return undefined;
  return { code, agent, text };
});
