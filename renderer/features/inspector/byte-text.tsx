import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import type { ByteRun } from './byte-lines.ts';

/** Runs of octets as text: linked ones lit, odd ones boxed, each run telling where it begins. */
export function ByteText(props: {
  readonly runs: readonly ByteRun[];
  readonly hasControls?: boolean;
}): ReactNode {
  return props.runs.map((run, i) => {
    const className = classNames(
      run.kind === 'boxed' && 'cc',
      run.kind === 'line-end' && 'cr',
      run.isMarked && run.kind !== 'line-end' && 'lit',
    );
    if (run.kind === 'line-end' && props.hasControls === false) return undefined;
    return (
      <span key={i} data-at={run.start} title={run.hint} {...(className === '' ? {} : { className })}>
        {run.text}
      </span>
    );
  });
}
