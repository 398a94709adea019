import type { ReactNode } from 'react';
import type { TrafficSummary } from '../../../app/contract/traffic.ts';
import { shortcutFor } from '../../ui/commands.ts';
import { Tooltip } from '../../ui/tooltip.tsx';
import { formatCount, formatSize } from '../wire/index.ts';
import './recording.css';

export interface RecordingIndicatorProps {
  readonly summary: TrafficSummary | undefined;
  readonly onToggle: () => void;
}

/** Whether messages are kept, and how many; pressing it turns the recording on or off. */
export function RecordingIndicator({ summary, onToggle }: RecordingIndicatorProps): ReactNode {
  if (summary === undefined) return null;
  const { isRecording, messages, sizeBytes } = summary;
  return (
    <Tooltip
      label={
        isRecording
          ? 'Stop recording: servers go on, their messages are not kept'
          : 'Record: keep every message from now on'
      }
      shortcut={shortcutFor('traffic.record')}
    >
      <button type="button" className="rec" aria-pressed={isRecording} onClick={onToggle}>
        <i className={isRecording ? 'on' : undefined} />
        <span className="rec-word">{isRecording ? 'Recording' : 'Not recording'}</span>
        {messages > 0 && (
          <span>
            <b>{formatCount(messages)}</b>
            <span className="rec-size"> msgs, {formatSize(sizeBytes)}</span>
          </span>
        )}
      </button>
    </Tooltip>
  );
}
