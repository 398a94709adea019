import { requestUri } from '../headers/request-uri.ts';
import { type Rule, startLineSpan } from './report.ts';

const version: Rule = (message, report) => {
  const line = message.startLine;
  if (line.kind === 'invalid' || line.version.toUpperCase() === 'SIP/2.0') return;
  report(
    'error',
    'version-not-supported',
    `The version is ${line.version}, not SIP/2.0.`,
    'RFC 3261 §7.1',
    startLineSpan(message),
  );
};

const uri: Rule = (message, report) => {
  const parsed = requestUri(message);
  if (parsed === undefined) return;
  const { middleStart: start, middleEnd: end } = message.scannedStartLine;
  const span = { start, end };
  if (parsed.problem !== undefined)
    report('error', 'request-uri-malformed', parsed.problem, 'RFC 3261 §19.1.1', span);
  else if (!['sip', 'sips', 'tel'].includes(parsed.scheme)) {
    report(
      'warning',
      'uri-scheme-unknown',
      `Few elements know the URI scheme ${parsed.scheme}; expect 416.`,
      'RFC 3261 §8.2.2.1',
      span,
    );
  }
  if (parsed.headers !== '') {
    report(
      'error',
      'request-uri-with-headers',
      'A Request-URI carries no header fields.',
      'RFC 3261 §19.1.1, table 1',
      span,
    );
  }
};

const status: Rule = (message, report) => {
  const line = message.startLine;
  if (line.kind !== 'response' || line.status < 700) return;
  report(
    'warning',
    'status-class-unknown',
    `There is no class of status codes for ${line.status}.`,
    'RFC 3261 §7.2',
    startLineSpan(message),
  );
};

export const START_LINE_RULES: readonly Rule[] = [version, uri, status];
