import { BODY_RULES } from './check/body-rules.ts';
import { HEADER_RULES } from './check/header-rules.ts';
import { LIMIT_RULES } from './check/limit-rules.ts';
import { PRESENCE_RULES } from './check/presence-rules.ts';
import type { Report, Rule } from './check/report.ts';
import { START_LINE_RULES } from './check/start-line-rules.ts';
import type { Diagnostic, SipMessage } from './message.ts';
import { asParsed } from './parsed-message.ts';

export { type RequestDefect, requestDefect } from './request-defect.ts';

const RULES: readonly Rule[] = [
  ...START_LINE_RULES,
  ...PRESENCE_RULES,
  ...HEADER_RULES,
  ...BODY_RULES,
  ...LIMIT_RULES,
];

/** Every structural finding about a message, those of the parse included, in the order of the octets they are about. */
export function checkMessage(message: SipMessage): readonly Diagnostic[] {
  const parsed = asParsed(message);
  const found: Diagnostic[] = [...parsed.diagnostics];
  const report: Report = (severity, code, text, rfc, span) => {
    found.push({ severity, code, message: text, rfc, span });
  };
  for (const rule of RULES) rule(parsed, report);
  return found.sort((a, b) => a.span.start - b.span.start);
}
