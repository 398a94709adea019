import type { ReactNode } from 'react';
import { useStore } from 'zustand';
import type { CaptureFile } from '../../../app/contract/captures.ts';
import { Button, IconButton, Spinner } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { formatNumberOf, visibleString } from '../wire/index.ts';
import type { DialogListStore } from '../traffic/index.ts';
import { filterOf } from './capture-filter.ts';
import type { CapturesStore, Sending } from './captures-store.ts';
import './captures.css';

export interface CaptureStripProps {
  readonly store: CapturesStore;
  readonly list: DialogListStore;
  readonly onOpen: () => void;
}

/** The capture files that are open: each shows alone what it has brought, and is closed here. Nothing while there is none. */
export function CaptureStrip({ store, list, onOpen }: CaptureStripProps): ReactNode {
  const { captures, sending, stopSending, close } = useStore(store);
  const filter = useStore(list.store, (state) => state.filter);
  const attempt = useAttempt();
  if (captures.length === 0 && sending.length === 0) return undefined;

  const closeOne = (file: CaptureFile): void => {
    if (filter === filterOf(file.name)) list.setFilter('');
    attempt(`${file.name} was not closed`, close(file.id));
  };
  return (
    <section className="captures" aria-label="Opened captures">
      <Icon name="folder" size="s" />
      <ul className="capture-list">
        {captures.map((file) =>
          file.state === 'open' ? (
            <OpenFile
              key={file.id}
              file={file}
              isShown={filter === filterOf(file.name)}
              onShow={list.setFilter}
              onClose={() => {
                closeOne(file);
              }}
            />
          ) : (
            <Coming
              key={file.id}
              name={file.name}
              doing="Opening"
              progress={file.progress}
              onStop={() => {
                closeOne(file);
              }}
            />
          ),
        )}
        {sending.map(({ key, name, progress }: Sending) => (
          <Coming
            key={`sending-${String(key)}`}
            name={name}
            doing="Sending"
            progress={progress}
            onStop={() => {
              stopSending(key);
            }}
          />
        ))}
      </ul>
      <span className="grow" />
      <Button size="s" kind="quiet" onClick={onOpen}>
        Open another…
      </Button>
    </section>
  );
}

function OpenFile(props: {
  readonly file: CaptureFile;
  readonly isShown: boolean;
  readonly onShow: (filter: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const { file, isShown, onShow, onClose } = props;
  const name = visibleString(file.name);
  return (
    <li className="capture">
      <button
        type="button"
        className="capture-name"
        aria-pressed={isShown}
        title={isShown ? 'Show everything again' : `Show only what ${name} has brought`}
        onClick={() => {
          onShow(isShown ? '' : filterOf(file.name));
        }}
      >
        <bdi className="el">{name}</bdi>
        <span className="dim nw">{formatNumberOf(file.dialogs, 'dialog')}</span>
        {file.notes.length > 0 && (
          <span className="warn" title={file.notes.join('\n')}>
            <Icon name="warning" size="s" />
            <span className="sr">{file.notes.join('. ')}</span>
          </span>
        )}
      </button>
      <IconButton icon="cross" size="s" label={`Close ${name}`} onClick={onClose} />
    </li>
  );
}

/** One that is on its way, with how far it is. */
function Coming(props: {
  readonly name: string;
  readonly doing: string;
  readonly progress: number;
  readonly onStop: () => void;
}): ReactNode {
  const { doing, onStop } = props;
  const name = visibleString(props.name);
  const percent = Math.round(props.progress * 100);
  return (
    <li className="capture">
      <span
        className="capture-name"
        role="progressbar"
        aria-label={`${doing} ${name}`}
        aria-valuenow={percent}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <Spinner />
        <bdi className="el">{name}</bdi>
        <span className="dim nw">
          {doing} {percent} %
        </span>
        <i className="capture-bar" style={{ inlineSize: `${String(percent)}%` }} />
      </span>
      <IconButton icon="cross" size="s" label={`Stop opening ${name}`} onClick={onStop} />
    </li>
  );
}
