import { type ReactNode, Suspense, useState } from 'react';
import { Button } from '../../ui/button.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import { CodeDiff } from '../../ui/lazy-code.ts';
import { Note } from '../../ui/note.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { formatTimeOfDay } from '../wire/index.ts';
import { fileName } from './scenario-document.ts';
import type { ScenariosStore } from './scenarios-state.ts';
import { useDocument } from './use-document.ts';

/** What a person must know about the file: it changed on the disk, could not be written, or came from a draft. */
export function DocumentNotes(props: { readonly store: ScenariosStore; readonly path: string }): ReactNode {
  const { store, path } = props;
  const conflict = useDocument(store, path, 'conflict');
  const problem = useDocument(store, path, 'problem');
  const recoveredAtMs = useDocument(store, path, 'recoveredAtMs');
  const attempt = useAttempt();
  const [isComparing, setComparing] = useState(false);
  const { save, resolve, discard, acceptDraft, close } = store.getState();
  const name = fileName(path);
  const keepMine = (
    <Button
      onClick={() => {
        setComparing(false);
        attempt(`${name} was not saved`, resolve(path, 'mine'));
      }}
    >
      Keep mine
    </Button>
  );
  const takeTheirs = (
    <Button
      onClick={() => {
        setComparing(false);
        attempt(`${name} was not taken`, resolve(path, 'theirs'));
      }}
    >
      Take that of the disk
    </Button>
  );
  return (
    <div className="scnotes">
      {conflict !== undefined && conflict.text !== undefined && (
        <Note
          kind="warning"
          isLive
          title={`${name} has changed on the disk`}
          actions={
            <>
              <Button
                kind="primary"
                onClick={() => {
                  setComparing(true);
                }}
              >
                See both
              </Button>
              {keepMine}
              {takeTheirs}
            </>
          }
        >
          Somebody else wrote it while you were typing. Nothing is lost: yours is here, theirs is on the disk.
        </Note>
      )}
      {conflict !== undefined && conflict.text === undefined && (
        <Note
          kind="warning"
          isLive
          title={`${name} is gone from the disk`}
          actions={
            <>
              {keepMine}
              <Button kind="quiet" onClick={close}>
                Close
              </Button>
            </>
          }
        >
          The text is still here. Keep mine writes it again.
        </Note>
      )}
      {problem !== undefined && (
        <Note
          kind="error"
          isLive
          title={`${name} was not written`}
          actions={
            <Button
              onClick={() => {
                attempt(`${name} was not saved`, save(path));
              }}
            >
              Try again
            </Button>
          }
        >
          {problem} The text stays here until it is saved.
        </Note>
      )}
      {recoveredAtMs !== undefined && conflict === undefined && (
        <Note
          kind="info"
          isLive
          title={`Unsaved changes from ${formatTimeOfDay(recoveredAtMs).slice(0, 5)} were kept`}
          actions={
            <>
              <Button
                kind="primary"
                onClick={() => {
                  attempt(`${name} was not saved`, save(path));
                }}
              >
                Save them
              </Button>
              <Button
                onClick={() => {
                  acceptDraft(path);
                }}
              >
                Go on editing
              </Button>
              <Button
                kind="quiet"
                onClick={() => {
                  setComparing(true);
                }}
              >
                See both
              </Button>
              <Button
                kind="quiet"
                onClick={() => {
                  attempt('The changes were not given up', discard(path));
                }}
              >
                Give them up
              </Button>
            </>
          }
        />
      )}
      {isComparing && (
        <Dialog
          title={`${name}: on the disk and yours`}
          widthPx={1100}
          onClose={() => {
            setComparing(false);
          }}
          actions={conflict === undefined ? undefined : [keepMine, takeTheirs]}
        >
          <div className="scdiff">
            <Suspense fallback={<div className="codebox" aria-busy="true" />}>
              <CodeDiff {...textsOf(store, path)} label={name} />
            </Suspense>
          </div>
        </Dialog>
      )}
    </div>
  );
}

/** What is on the disk, and what is here. */
function textsOf(
  store: ScenariosStore,
  path: string,
): { readonly original: string; readonly modified: string } {
  const document = store.getState().documents[path];
  return {
    original: document?.conflict?.text ?? document?.diskText ?? '',
    modified: document?.text ?? '',
  };
}
