import type { ReactNode } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';
import { type WayOut, waysOut } from './ways-out.ts';

export interface ProblemNoteProps {
  readonly server: ServerInfo;
  readonly onWayOut: (way: WayOut) => void;
  readonly onCopyDetails: () => void;
}

/** Why a server does not run, what that means, and the ways out. */
export function ProblemNote({ server, onWayOut, onCopyDetails }: ProblemNoteProps): ReactNode {
  const { problem, state, config } = server;
  if (problem === undefined) return null;
  const title = state === 'failed' ? `Cannot start: ${problem.message}` : problem.message;
  const text = problem.hint === '' ? `${config.name} stays stopped; nothing else is affected.` : problem.hint;
  return (
    <Note
      kind="error"
      isLive
      title={title}
      actions={
        <>
          {waysOut(server).map((way, i) => (
            <Button
              key={way.label}
              size="s"
              kind={i === 0 ? 'primary' : 'secondary'}
              onClick={() => {
                onWayOut(way);
              }}
            >
              {way.label}
            </Button>
          ))}
          <Button size="s" kind="quiet" onClick={onCopyDetails}>
            Copy details
          </Button>
        </>
      }
    >
      {text}
    </Note>
  );
}
