import { type ReactNode, useId } from 'react';

export interface ReplyEdits {
  readonly sdp: string;
  readonly headers: string;
}

export interface ReplyEditorProps {
  readonly edits: ReplyEdits;
  /** Whether the item has a description to send. */
  readonly hasSdp: boolean;
  readonly error: string | undefined;
  readonly onChange: (edits: ReplyEdits) => void;
}

/** What the next response carries: further headers, and the description of 183 and 200. */
export function ReplyEditor({ edits, hasSdp, error, onChange }: ReplyEditorProps): ReactNode {
  const id = useId();
  return (
    <div className="opedit">
      <label htmlFor={`${id}-headers`}>Headers of the response</label>
      <textarea
        id={`${id}-headers`}
        className="mono"
        rows={2}
        spellCheck={false}
        placeholder="Alert-Info: <urn:alert:tone:internal>"
        aria-invalid={error !== undefined || undefined}
        aria-describedby={error === undefined ? undefined : `${id}-error`}
        value={edits.headers}
        onChange={(event) => {
          onChange({ ...edits, headers: event.target.value });
        }}
      />
      {error !== undefined && (
        <p className="hp bad" id={`${id}-error`}>
          {error}
        </p>
      )}
      {hasSdp && (
        <>
          <label htmlFor={`${id}-sdp`}>Session description of 183 and 200</label>
          <textarea
            id={`${id}-sdp`}
            className="mono"
            rows={7}
            spellCheck={false}
            value={edits.sdp}
            onChange={(event) => {
              onChange({ ...edits, sdp: event.target.value });
            }}
          />
        </>
      )}
    </div>
  );
}
