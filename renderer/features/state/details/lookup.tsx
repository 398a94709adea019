import type { ReactNode } from 'react';
import type { LookupRow } from '../../../../app/contract/state.ts';
import { Icon } from '../../../ui/icon.tsx';
import { formatDuration, formatTimeOfDayMs, visibleString } from '../../wire/index.ts';
import { lookupTookMs } from '../tables/lookups.tsx';
import { Fact, Facts, Section, Value } from './facts.tsx';

/** A search step by step, and the hops that it gave in the order they are tried. @rfc 3263 §4 */
export function LookupDetails({ row }: { readonly row: LookupRow }): ReactNode {
  return (
    <>
      <Facts>
        <Fact name="Looked for">
          <Value text={row.target} />
        </Fact>
        <Fact name="When">{formatTimeOfDayMs(row.atMs)}</Fact>
        <Fact name="Took">{formatDuration(lookupTookMs(row))}</Fact>
      </Facts>
      <Section title="Steps">
        <ol className="ststeps">
          {row.steps.map(({ atMs, text, isFailure }, i) => (
            <li key={`${i} ${text}`}>
              <span className="mono r dim">{formatDuration(atMs - row.atMs)}</span>
              {isFailure ? (
                <Icon name="cross" size="xs" className="err" />
              ) : (
                <Icon name="check" size="xs" className="dim" />
              )}
              <span>
                {isFailure && <span className="sr">failed: </span>}
                {visibleString(text)}
              </span>
            </li>
          ))}
        </ol>
      </Section>
      <Section title="Hops, in the order they are tried">
        {row.hops.length === 0 ? (
          <p className="err">None: nothing can be sent to this URI.</p>
        ) : (
          <ol className="sthops">
            {row.hops.map((hop, i) => (
              <li key={`${i} ${hop}`}>
                <Value text={hop} />
              </li>
            ))}
          </ol>
        )}
      </Section>
    </>
  );
}
