import { type ReactNode, Suspense, useEffect, useMemo, useState } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { ScenarioDiagnostic } from '../../../app/contract/scenarios.ts';
import { useBackend } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import type { TextSource } from '../../ui/code-types.ts';
import { CodeEditor } from '../../ui/lazy-code.ts';
import { Note } from '../../ui/note.tsx';
import { useCopy } from '../../ui/use-copy.ts';
import { visibleString } from '../wire/index.ts';
import type { ScenariosStore } from './scenarios-state.ts';
import { useDocument } from './use-document.ts';

interface Made {
  readonly xml: string;
  readonly warnings: readonly ScenarioDiagnostic[];
  readonly problem?: string;
}

/** The same scenario for SIPp: to read and to copy. */
export function SippView({
  store,
  path,
}: {
  readonly store: ScenariosStore;
  readonly path: string;
}): ReactNode {
  const backend = useBackend();
  const copy = useCopy();
  const text = useDocument(store, path, 'text') ?? '';
  const [made, setMade] = useState<Made>();
  useEffect(() => {
    let isWanted = true;
    backend.call('scenarios.toSippXml', { text }).then(
      (answer) => {
        if (isWanted) setMade(answer);
      },
      (error: unknown) => {
        if (!(error instanceof ContractError)) throw error;
        if (isWanted) setMade({ xml: '', warnings: [], problem: error.message });
      },
    );
    return () => {
      isWanted = false;
    };
  }, [backend, text]);
  const xml = made?.xml ?? '';
  const source = useMemo(
    (): TextSource => ({
      key: `${path}.sipp`,
      read: () => xml,
      write: () => undefined,
      onChanged: () => () => undefined,
    }),
    [path, xml],
  );

  if (made === undefined) return <div className="codebox" aria-busy="true" />;
  if (made.problem !== undefined)
    return (
      <div className="scnotes">
        <Note kind="error" title="There is no SIPp scenario of it">
          {visibleString(made.problem)}
        </Note>
      </div>
    );
  return (
    <>
      <div className="scnotes">
        {made.warnings.length > 0 && (
          <Note kind="warning" title="SIPp does not do all of it">
            <ul>
              {made.warnings.map((warning, i) => (
                <li key={i}>
                  Line {warning.line}: {visibleString(warning.message)}
                </li>
              ))}
            </ul>
          </Note>
        )}
        <Button
          size="s"
          icon="copy"
          onClick={() => {
            copy('SIPp scenario', xml);
          }}
        >
          Copy
        </Button>
      </div>
      <Suspense fallback={<div className="codebox" aria-busy="true" />}>
        <CodeEditor source={source} language="xml" label={`${path} as SIPp XML`} isReadOnly />
      </Suspense>
    </>
  );
}
