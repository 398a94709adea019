import type { ReactNode } from 'react';
import type { Replay, ReplayArrow, ReplayRow } from '../../../app/contract/replay.ts';
import { classNames } from '../../ui/class-names.ts';
import { Icon } from '../../ui/icon.tsx';
import { visibleString } from '../wire/index.ts';
import { LOOKS, standOf } from './replay-words.ts';

export interface ReplayDetailsProps {
  readonly replay: Replay | undefined;
  readonly rows: readonly ReplayRow[];
  readonly notes: readonly string[];
  readonly chosen: number | undefined;
  readonly original: ReplayArrow | undefined;
  readonly replayed: ReplayArrow | undefined;
  readonly onChoose: (row: number) => void;
}

/** What differs, in sentences that lead to their rows, and the two messages of the row under the cursor. */
export function ReplayDetails(props: ReplayDetailsProps): ReactNode {
  const { original, replayed, chosen } = props;
  const isRead = chosen !== undefined;
  return (
    <div className="rpdetails">
      <Sentences {...props} />
      <Octets
        title="Recorded"
        arrow={original}
        nothing={isRead ? 'Nothing like it was recorded.' : 'Choose a row to read its message.'}
      />
      <Octets title="Now" arrow={replayed} nothing={isRead ? 'Nothing like it has come or gone now.' : ''} />
    </div>
  );
}

function Sentences({ replay, rows, notes, chosen, onChoose }: ReplayDetailsProps): ReactNode {
  const stand = replay && standOf(replay);
  const told = rows.flatMap(({ difference, sentences }, at) =>
    sentences.map((text, i) => ({ key: `${String(at)}-${String(i)}`, at, difference, text })),
  );
  return (
    <section className="rppart" aria-label="What differs">
      <div className="ph">
        <h3>What differs</h3>
      </div>
      <div className="scroll rplist">
        {stand !== undefined && (
          <p className={classNames('rpstand', stand.tone)} role="status">
            <Icon name={stand.icon} size="s" />
            <span>{stand.text}</span>
          </p>
        )}
        {replay === undefined && (
          <p className="mid">
            Choose who is played and against whom, then play. Addresses, Call-IDs, tags and branches follow
            the live peer; everything else is sent as it was recorded.
          </p>
        )}
        {notes.map((note) => (
          <p key={note} className="mid rpnote">
            <Icon name="info" size="s" />
            <span>{visibleString(note)}</span>
          </p>
        ))}
        {told.length > 0 && (
          <ul>
            {told.map(({ key, at, difference, text }) => (
              <li key={key}>
                <button
                  type="button"
                  className={classNames('rptold', difference, at === chosen && 'on')}
                  onClick={() => {
                    onChoose(at);
                  }}
                >
                  <b aria-hidden="true">{LOOKS[difference].sign}</b>
                  <span>{visibleString(text)}</span>
                </button>
              </li>
            ))}
          </ul>
        )}
      </div>
    </section>
  );
}

function Octets(props: {
  readonly title: string;
  readonly arrow: ReplayArrow | undefined;
  readonly nothing: string;
}): ReactNode {
  const { title, arrow, nothing } = props;
  return (
    <section className="rppart" aria-label={`Message ${title.toLowerCase()}`}>
      <div className="ph">
        <h3>{title}</h3>
        <span className="dim el facts12">{arrow === undefined ? '' : visibleString(arrow.title)}</span>
      </div>
      {arrow === undefined ? (
        <p className="mid rpnothing">{nothing}</p>
      ) : (
        <pre className="scroll mono" tabIndex={0} aria-label={`Octets, ${title.toLowerCase()}`} role="region">
          {arrow.text
            .split(/\r?\n/)
            .map((line) => visibleString(line))
            .join('\n')}
        </pre>
      )}
    </section>
  );
}
