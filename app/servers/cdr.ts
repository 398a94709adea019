import { createWriteStream, openSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import type { Bridge } from '../../stack/b2bua/bridge.ts';
import type { Session } from '../../stack/agent/session.ts';
import type { UserAgent } from '../../stack/agent/user-agent.ts';
import { formatAddress } from '../../stack/core/address.ts';
import type { Logger } from '../../stack/core/logger.ts';
import { decodeText } from '../../stack/message/octets.ts';
import { fileReason } from '../services/storage/file-reason.ts';
import { NodeStartError } from './node-start-error.ts';

/** Whose calls are recorded. */
export interface Watched {
  readonly server: string;
  /** The bridge of a B2BUA: a record names the Call-ID of the other leg. */
  readonly bridge: () => Bridge | undefined;
}

/** Where records of calls go. */
export interface CallRecords {
  /** Records every call of the agent that has a dialog, when it ends: those of either side, the legs of a B2BUA each for itself. */
  watch(agent: UserAgent, watched: Watched): void;
  /** Resolves when every record is in the file. */
  close(): Promise<void>;
}

/**
 * Opens a file for records of calls: one JSON object a line, appended.
 * @throws NodeStartError code 'invalid-config' when it cannot be written.
 */
export function openCallRecords(file: string, log: Logger): CallRecords {
  let stream: WriteStream;
  try {
    stream = createWriteStream(file, { fd: openSync(file, 'a') });
  } catch (error) {
    throw new NodeStartError(
      'invalid-config',
      `The call records cannot be written to ${file}: ${fileReason(error)}.`,
      'Check the path of --cdr, and who may write there.',
    );
  }
  stream.on('error', (error) => {
    log.error('call records are lost', { file, reason: fileReason(error) });
  });
  return {
    watch: (agent, watched) => {
      agent.onSession((session) => {
        follow(session, watched, (record) => stream.write(`${JSON.stringify(record)}\n`));
      });
    },
    close: () =>
      new Promise((resolve) => {
        stream.end(() => {
          resolve();
        });
      }),
  };
}

function follow(session: Session, { server, bridge }: Watched, write: (record: object) => void): void {
  const { clock } = session.context;
  const startedAtMs = clock.wallMs();
  let answeredAtMs: number | undefined;
  let otherCallId: string | undefined;
  const lookAcross = (): void => {
    otherCallId ??= bridge()?.across(session)?.dialog.callId;
  };
  session.onConfirmed(() => {
    answeredAtMs = clock.wallMs();
    lookAcross();
  });
  session.onEnded(({ by, reason }) => {
    const { dialog, role, flow } = session;
    lookAcross();
    const endedAtMs = clock.wallMs();
    write({
      server,
      callId: decodeText(dialog.callId),
      otherCallId: otherCallId === undefined ? undefined : decodeText(otherCallId),
      direction: role === 'uas' ? 'in' : 'out',
      local: decodeText(dialog.localUri),
      remote: decodeText(dialog.remoteUri),
      protocol: flow.transport.protocol,
      peer: formatAddress(flow.target.address),
      startedAt: iso(startedAtMs),
      answeredAt: answeredAtMs === undefined ? undefined : iso(answeredAtMs),
      endedAt: iso(endedAtMs),
      setupMs: answeredAtMs === undefined ? undefined : Math.round(answeredAtMs - startedAtMs),
      durationMs: answeredAtMs === undefined ? 0 : Math.round(endedAtMs - answeredAtMs),
      endedBy: by,
      reason,
    });
  });
}

const iso = (wallMs: number): string => new Date(wallMs).toISOString();
