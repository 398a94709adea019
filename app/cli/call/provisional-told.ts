import type { Provisional } from '../../../stack/agent/provisional.ts';
import { sdpOf } from '../../../stack/agent/body.ts';
import { tokens } from '../../../stack/message/headers/token-list.ts';
import { decodeText } from '../../../stack/message/octets.ts';
import { sdpSummary } from '../../../stack/sdp/summary.ts';
import { printable } from '../printable.ts';
import type { Told } from '../reporter.ts';

/** What a description says, in a few words. */
export interface DescribedMedia {
  readonly codecs: string;
  readonly direction: string;
}

/** Undefined without a description. */
export function describedBy(sdp: string | undefined): DescribedMedia | undefined {
  if (sdp === undefined) return undefined;
  const { codecs, direction } = sdpSummary(sdp);
  return { codecs: codecs.map(printable).join(', '), direction };
}

/** A provisional response as a line: whether it is reliable, and what early media it describes. */
export function provisionalTold({ status, reason, incoming }: Provisional): Told {
  const isReliable = tokens(incoming.message, 'Require').includes('100rel');
  const sdp = describedBy(sdpOf(incoming.message));
  const notes = [
    ...(isReliable ? ['reliable'] : []),
    ...(sdp === undefined ? [] : [`early media ${sdp.codecs} ${sdp.direction}`]),
  ];
  return {
    text: `${status} ${printable(reason)}${notes.length === 0 ? '' : ` (${notes.join(', ')})`}`,
    fields: { status, reason: decodeText(reason), isReliable, ...(sdp && { sdp }) },
  };
}
