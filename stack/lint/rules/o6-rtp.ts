import { formatAddress } from '../../core/address.ts';
import { attributes, type MediaSection } from '../../sdp/sdp.ts';
import type { Dialog } from '../knowledge/dialog.ts';
import type { Knowledge } from '../knowledge/knowledge.ts';
import type { RtpObservation } from '../options.ts';
import type { Remark, Rule } from '../rule.ts';
import type { Seen } from '../seen.ts';
import { sdpLine } from '../spans.ts';

export const O6: Rule = {
  id: 'O6',
  title: 'RTP comes from the port, with the payload types and from the source that were agreed on.',
  severity: 'warning',
  rfc: 'RFC 3264 §5.1, RFC 4961 §3',
  advice:
    'Send RTP from the port the SDP names, with a payload type of the description of its receiver, and with the SSRC that was announced.',
};

/** A stream of a description: where its owner takes RTP. */
interface Stream {
  readonly seen: Seen;
  readonly index: number;
  readonly section: MediaSection;
}

function hostOf(section: MediaSection, seen: Seen): string | undefined {
  const line = section.lines.find((l) => l.type === 'c') ?? seen.sdp?.session.find((l) => l.type === 'c');
  return line?.value.split(' ')[2]?.split('/')[0];
}

function streamAt(seen: Seen | undefined, { to }: RtpObservation): Stream | undefined {
  const at =
    seen?.sdp?.media.findIndex(
      (m) => m.port === to.port && seen !== undefined && hostOf(m, seen) === to.host,
    ) ?? -1;
  const section = seen?.sdp?.media[at];
  return seen === undefined || section === undefined ? undefined : { seen, index: at, section };
}

function judge(dialog: Dialog, rtp: RtpObservation): Remark | undefined {
  for (const receiver of [dialog.caller, dialog.callee]) {
    const stream = streamAt(receiver.sdp, rtp);
    const sender = dialog.otherThan(receiver).sdp;
    if (stream === undefined) continue;
    if (!stream.section.formats.includes(String(rtp.payloadType)))
      return tell(
        `RTP of payload type ${rtp.payloadType} came, which ${formatAddress(rtp.to)} did not ask for.`,
        stream,
      );
    const section = sender?.sdp?.media[stream.index];
    if (sender === undefined || section === undefined) return undefined;
    const own = { seen: sender, index: stream.index, section };
    if (section.port !== rtp.from.port)
      return tell(`RTP comes from port ${rtp.from.port}, the SDP of its sender says ${section.port}.`, own);
    const sources = attributes(section.lines, 'ssrc').map((value) => Number.parseInt(value, 10));
    if (sources.length > 0 && !sources.includes(rtp.ssrc))
      return tell(`RTP comes with SSRC ${rtp.ssrc}, which the SDP of its sender does not name.`, own);
    return undefined;
  }
  return undefined;
}

const tell = (message: string, { seen, section }: Stream): Remark => ({
  message,
  at: seen,
  span: sdpLine(seen, section.lines[0]),
});

/** What is wrong with an RTP packet by the latest descriptions of the dialog it belongs to. */
export function judgeRtp(knowledge: Knowledge, rtp: RtpObservation): Remark | undefined {
  for (const { dialogs } of knowledge.calls) {
    for (const dialog of dialogs) {
      const remark = dialog.bye === undefined ? judge(dialog, rtp) : undefined;
      if (remark !== undefined) return remark;
    }
  }
  return undefined;
}
