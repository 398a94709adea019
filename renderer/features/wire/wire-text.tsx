import type { ReactNode } from 'react';
import { directionOf, tooltipText, visibleRuns } from './visible-text.ts';

/**
 * A value from the wire, isolated from the direction of its surroundings, with everything unusual in it boxed by name. An empty value
 * is written `empty`, which is not the same as an absent one.
 */
export function WireText(props: {
  readonly value: string;
  /** Shows at most so many characters; the rest is behind an ellipsis. */
  readonly limit?: number;
  /** Shows the whole value when pointed at. */
  readonly hasTooltip?: boolean;
}): ReactNode {
  const { value, limit = 2000, hasTooltip = false } = props;
  if (value === '') return <i className="dim">empty</i>;
  const shown = value.length > limit ? value.slice(0, limit) : value;
  return (
    <bdi dir={directionOf(value)} {...(hasTooltip ? { title: tooltipText(value) } : {})}>
      {visibleRuns(shown).map((run, i) =>
        run.kind === 'text' ? (
          run.text
        ) : (
          <i className="cc" key={i} title={run.hint}>
            {run.text}
          </i>
        ),
      )}
      {value.length > limit ? '…' : undefined}
    </bdi>
  );
}
