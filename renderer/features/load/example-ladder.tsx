import { type CSSProperties, type ReactNode, useId, useState } from 'react';
import type { ExampleMessage, FailureGroup } from '../../../app/contract/load.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { formatSeconds, methodClass, statusClass, visibleString } from '../wire/index.ts';

/** What an arrow says, and its colour class. */
export function arrowOf(text: string): { readonly label: string; readonly look: string } {
  const [first = ''] = text.split(/\r?\n/, 1);
  const [, code, reason] = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first) ?? [];
  const method = /^CSeq\s*:\s*\d+\s+(\S+)/im.exec(text)?.[1];
  if (code !== undefined)
    return {
      label: `${code} ${reason ?? ''}`.trim() + (method === undefined ? '' : ` (${method})`),
      look: statusClass(Number(code)),
    };
  const name = /^[A-Z]+(?= )/.exec(first)?.[0];
  return name === undefined
    ? { label: first.slice(0, 60), look: 's5' }
    : { label: name, look: methodClass(name) };
}

/** Actors in order of appearance, then who they talk to. */
const lanesOf = (example: readonly ExampleMessage[]): readonly string[] => [
  ...new Set([...example.map(({ actor }) => actor), ...example.map(({ peer }) => peer)]),
];

/** The message that tells most: the last refusal, else the last one. */
function tellingOf(example: readonly ExampleMessage[]): number {
  const refusal = example
    .map(({ direction, text }) => direction === 'in' && /^SIP\/2\.0 [3-6]/.test(text))
    .lastIndexOf(true);
  return refusal === -1 ? Math.max(0, example.length - 1) : refusal;
}

/** The messages of one failed call as arrows; the chosen one in full beside them. */
export function ExampleLadder({ group }: { readonly group: FailureGroup }): ReactNode {
  const { example, step, signature } = group;
  const [chosen, setChosen] = useState(() => tellingOf(example));
  const textId = useId();
  const lanes = lanesOf(example);
  const message = example[chosen];
  if (message === undefined)
    return <p className="mid ldnothing">No message was sent or received before {step} failed.</p>;
  return (
    <div className="ldladder">
      <div className="ldlanes" style={{ '--lanes': lanes.length } as CSSProperties}>
        <div className="ldlanehead" aria-hidden="true">
          <span />
          {lanes.map((lane) => (
            <span key={lane} className="el" title={lane}>
              {lane}
            </span>
          ))}
        </div>
        <ol aria-label={`Messages of a call that failed: ${signature}`}>
          {example.map((one, i) => {
            const { label, look } = arrowOf(one.text);
            const [from, to] = one.direction === 'out' ? [one.actor, one.peer] : [one.peer, one.actor];
            const [start, end] = [lanes.indexOf(from), lanes.indexOf(to)];
            const [left, right] = [Math.min(start, end), Math.max(start, end)];
            const isLeftward = end < start;
            return (
              <li key={i}>
                <button
                  type="button"
                  className={classNames('ldmsg', look, i === chosen && 'on')}
                  aria-pressed={i === chosen}
                  aria-controls={textId}
                  onClick={() => {
                    setChosen(i);
                  }}
                >
                  <span className="mono dim">{formatSeconds(one.atMs)}</span>
                  <span
                    className={classNames('ldarrow', isLeftward && 'back', /^s\d/.test(look) && 'dashed')}
                    style={
                      {
                        gridColumn: `${2 + left} / ${2 + right + 1}`,
                        '--span': right - left + 1,
                      } as CSSProperties
                    }
                  >
                    <span className="el">
                      {label}
                      <span className="sr">
                        {' '}
                        from {from} to {to}
                      </span>
                    </span>
                  </span>
                </button>
              </li>
            );
          })}
        </ol>
        <p className="ldverdict err">
          <Icon name="error" size="s" />
          <span>
            {step}: {signature}
          </span>
        </p>
      </div>
      <pre className="mono ldtext" id={textId} tabIndex={0} aria-label="Message">
        {message.text
          .split(/\r?\n/)
          .map((line) => visibleString(line))
          .join('\n')}
      </pre>
    </div>
  );
}
