import { headerId } from '../header-names.ts';
import { contentType } from '../headers/simple.ts';
import { declaredLength } from '../parsed-message.ts';
import { INDEX_STRIDE } from '../scan.ts';
import { type Rule, startLineSpan, valueSpan } from './report.ts';

const CONTENT_LENGTH = headerId('Content-Length');

const length: Rule = (message, report) => {
  const present = message.bytes.length - message.scan.bodyStart;
  for (let at = message.find(CONTENT_LENGTH); at >= 0; at = message.find(CONTENT_LENGTH, at + INDEX_STRIDE)) {
    if (/^\d+$/.test(message.valueOf(at))) continue;
    report(
      'error',
      'content-length-malformed',
      'Content-Length is not a number of octets.',
      'RFC 3261 §20.14',
      valueSpan(message, at),
    );
  }
  const at = message.find(CONTENT_LENGTH);
  const declared = declaredLength(message);
  if (at < 0 || declared === undefined || declared === present) return;
  if (declared > present) {
    report(
      'error',
      'content-length-too-large',
      `Content-Length says ${declared}, but ${present} octets follow.`,
      'RFC 3261 §18.3',
      valueSpan(message, at),
    );
  } else {
    report(
      'warning',
      'octets-after-body',
      `${present - declared} octets follow the body that Content-Length ends.`,
      'RFC 3261 §18.3',
      { start: message.body.end, end: message.bytes.length },
    );
  }
};

const type: Rule = (message, report) => {
  const { start, end } = message.body;
  if (start === end) return;
  const mediaType = contentType(message);
  if (mediaType === undefined) {
    report(
      'error',
      'content-type-missing',
      'A message with a body needs a Content-Type.',
      'RFC 3261 §20.15',
      startLineSpan(message),
    );
  } else if (mediaType === 'application/sdp' && !message.text.startsWith('v=0', start)) {
    report('warning', 'sdp-malformed', 'A session description begins with v=0.', 'RFC 8866 §5.1', {
      start,
      end: Math.min(end, start + 3),
    });
  }
};

export const BODY_RULES: readonly Rule[] = [length, type];
