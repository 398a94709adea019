import { type ReactNode, type Ref, Suspense, useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { ScenarioDiagnostic } from '../../../app/contract/scenarios.ts';
import { useBackend } from '../../backend/index.ts';
import type { CodeHandle, CodeHelp, CodeLines } from '../../ui/code-types.ts';
import { ErrorBoundary } from '../../ui/error-boundary.tsx';
import { CodeEditor } from '../../ui/lazy-code.ts';
import { Pane } from '../../ui/pane.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { useAttempt } from '../../ui/use-attempt.ts';
import { DebugView } from './debug-view.tsx';
import { Problems } from './problems.tsx';
import { latestRun, type ScenariosStore } from './scenarios-state.ts';
import { SippView } from './sipp-view.tsx';
import { useDocument } from './use-document.ts';
import { VariablesView } from './variables-view.tsx';

export interface CodePaneProps {
  readonly store: ScenariosStore;
  readonly path: string;
  readonly editor: Ref<CodeHandle>;
  readonly onReveal: (line: number) => void;
  readonly onTraffic: (callId: string) => void;
  readonly onStep: (actor: string) => void;
  readonly onRow: (run: string, row: number) => void;
  readonly tab: CodeTab;
  readonly onTab: (tab: CodeTab) => void;
}

/** The same array each time, so that an editor without problems is left alone. */
const NO_DIAGNOSTICS: readonly ScenarioDiagnostic[] = [];

const TABS = ['code', 'sipp', 'variables', 'debug'] as const;
export type CodeTab = (typeof TABS)[number];

/** The text, what else can be made of it, its variables, and what a run holds. */
export function CodePane(props: CodePaneProps): ReactNode {
  const { store, path, editor, onReveal, tab, onTab } = props;
  const outline = useDocument(store, path, 'outline');
  const check = useDocument(store, path, 'check');
  const run = useStore(store, (s) => latestRun(s.runs, path));
  const help = useCodeHelp();
  const source = useMemo(() => store.sourceOf(path), [store, path]);
  const diagnostics = check?.diagnostics ?? NO_DIAGNOSTICS;
  const lines = useShownLines(store, path);
  const [problemsSeen, setProblemsSeen] = useState(true);
  const { select, mend } = store.getState();
  const attempt = useAttempt();
  const series = run?.series === undefined ? undefined : run.id;
  useEffect(() => {
    // The rows stand there.
    if (series !== undefined) onTab('debug');
  }, [series, onTab]);

  const onLine = (line: number): void => {
    const { outline: latest } = store.getState().documents[path] ?? {};
    const step = latest?.steps.filter((s) => s.line <= line && line <= s.endLine).at(-1);
    if (step !== undefined) select(path, step.at);
  };
  return (
    <Pane label="Code" scope="scenario-code">
      <Tabs
        label="Views of the text"
        value={tab}
        onChange={(id) => {
          onTab(TABS.find((t) => t === id) ?? 'code');
        }}
        tabs={[
          {
            id: 'code',
            label: 'YAML',
            // Its history is that of every view.
            isKept: true,
            content: (
              <ErrorBoundary what="The editor">
                <Suspense fallback={<div className="codebox" aria-busy="true" />}>
                  <CodeEditor
                    ref={editor}
                    source={source}
                    language="yaml"
                    label={`${path}, text`}
                    markers={diagnostics}
                    markedText={check?.text}
                    lines={lines}
                    help={help}
                    onLine={onLine}
                  />
                </Suspense>
              </ErrorBoundary>
            ),
          },
          { id: 'sipp', label: 'SIPp XML', content: <SippView store={store} path={path} /> },
          {
            id: 'variables',
            label: 'Variables',
            count: outline?.variables.length,
            content: <VariablesView {...{ store, path, outline, run, onReveal }} />,
          },
          {
            id: 'debug',
            label: 'Run',
            content: (
              <DebugView
                outline={outline}
                run={run}
                onReveal={onReveal}
                onStep={props.onStep}
                onTraffic={props.onTraffic}
                onRow={props.onRow}
              />
            ),
          },
        ]}
      />
      {tab === 'code' && diagnostics.length > 0 && (
        <Problems
          diagnostics={diagnostics}
          isOpen={problemsSeen}
          onToggle={() => {
            setProblemsSeen(!problemsSeen);
          }}
          onReveal={onReveal}
          onFix={(fix) => {
            attempt('It was not mended', mend(path, fix.edit));
          }}
        />
      )}
    </Pane>
  );
}

/** Completion and hover come from the backend, which knows the language. */
function useCodeHelp(): CodeHelp {
  const backend = useBackend();
  return useMemo(
    () => ({
      complete: async (text, line, column) =>
        (await backend.call('scenarios.complete', { text, line, column })).items,
      hover: (text, line, column) => backend.call('scenarios.hover', { text, line, column }),
    }),
    [backend],
  );
}

/** The lines of the selected step, of what failed, and of where a run stands. */
function useShownLines(store: ScenariosStore, path: string): readonly CodeLines[] {
  const outline = useDocument(store, path, 'outline');
  const selected = useDocument(store, path, 'selected');
  const run = useStore(store, (s) => latestRun(s.runs, path));
  return useMemo(() => {
    const steps = outline?.steps ?? [];
    const here = steps.find((step) => step.at === selected);
    const linesOf = (id: string, look: CodeLines['look']): readonly CodeLines[] => {
      const step = steps.find((s) => s.id === id);
      return step === undefined ? [] : [{ from: step.line, to: step.endLine, look }];
    };
    const marked = [
      ...(run?.steps ?? []).flatMap((step) => (step.outcome === 'fail' ? linesOf(step.id, 'failed') : [])),
      ...(run?.paused ?? []).flatMap((held) => linesOf(held.stepId, 'paused')),
    ];
    // One ground a line: why it is marked says more than that it is selected.
    const isMarked = marked.some(({ from }) => from === here?.line);
    return here === undefined || isMarked
      ? marked
      : [...marked, { from: here.line, to: here.endLine, look: 'here' as const }];
  }, [outline, selected, run]);
}
