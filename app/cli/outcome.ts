import { describeResult, type ResponseResult } from '../../stack/agent/result.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { printable } from './printable.ts';
import { tenths, type Told } from './reporter.ts';
import type { Tone } from './style.ts';

/** Whether a request got what it asked for. */
export const isSuccess = (result: ResponseResult): boolean =>
  result.kind === 'response' && result.status >= 200 && result.status < 300;

/** The colour of a status code. */
export function toneOfStatus(status: number): Tone | undefined {
  if (status < 200) return undefined;
  return status < 300 ? 'good' : status < 400 ? 'warning' : 'bad';
}

/** How a request ended, as a line: the same fields in every subcommand. */
export function toldOf(result: ResponseResult): Told {
  const text = printable(describeResult(result));
  if (result.kind !== 'response') return { text, tone: 'bad', fields: { outcome: result.kind } };
  const { status, reason, elapsedMs } = result;
  const tone = toneOfStatus(status);
  return {
    text,
    fields: { outcome: result.kind, status, reason: decodeText(reason), rttMs: tenths(elapsedMs) },
    ...(tone === undefined ? {} : { tone }),
  };
}
