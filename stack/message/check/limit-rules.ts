import { limitFindings } from '../limits.ts';
import type { Rule } from './report.ts';

/** What a node would refuse, each by the name of its limit. */
const limits: Rule = (message, report) => {
  for (const { limit, message: text, span } of limitFindings(message))
    report('warning', `limit-${limit}`, text, 'RFC 3261 §26.3.2.4', span);
};

export const LIMIT_RULES: readonly Rule[] = [limits];
