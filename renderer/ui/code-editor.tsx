import * as monaco from 'monaco-editor/editor';
import 'monaco-editor/features/register.all';
import 'monaco-editor/languages/definitions/yaml/register';
import 'monaco-editor/languages/definitions/xml/register';
import EditorWorker from 'monaco-editor/editor/editor.worker?worker';
import { type ReactNode, type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { onAppearanceChanged, readCodeTheme } from './code-theme.ts';
import type { CodeHandle, CodeHelp, CodeLines, CodeMarker, CodeRange, TextSource } from './code-types.ts';
import { GLOBAL_SCOPE } from './commands.ts';
import { useNavigation } from './navigation.tsx';
import { shortcutOf } from './shortcut.ts';
import { singleChange } from './single-change.ts';
import { useCommandRegistry } from './use-commands.tsx';
import './code-editor.css';

/*
 * The only place that knows Monaco. It is loaded when an editor is shown for the first time: import it by `lazy`.
 * Its worker is a file of the page's own origin, so `worker-src 'self'` is enough.
 */
self.MonacoEnvironment = { getWorker: () => new EditorWorker() };

const THEME = 'workbench';
const applyTheme = (): void => {
  monaco.editor.defineTheme(THEME, readCodeTheme());
  monaco.editor.setTheme(THEME);
};
applyTheme();
onAppearanceChanged(applyTheme);
/** Keys of the workbench that Monaco would take for itself. */
const OURS = new Set(['Mod+K', 'F8']);

const OPTIONS = {
  automaticLayout: true,
  minimap: { enabled: false },
  fontFamily: "'JetBrains Mono', 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', ui-monospace, monospace",
  fontSize: 12,
  lineHeight: 18,
  fontLigatures: false,
  scrollBeyondLastLine: false,
  smoothScrolling: false,
  renderLineHighlight: 'line',
  overviewRulerBorder: false,
  padding: { top: 6, bottom: 6 },
  lineNumbersMinChars: 3,
  lineDecorationsWidth: 14,
  glyphMargin: false,
  renderFinalNewline: 'on',
  folding: true,
  fixedOverflowWidgets: true,
  wordBasedSuggestions: 'off',
  quickSuggestions: { other: true, comments: false, strings: true },
  tabSize: 2,
  insertSpaces: true,
  stickyScroll: { enabled: false },
  scrollbar: { verticalScrollbarSize: 10, horizontalScrollbarSize: 10 },
} as const satisfies monaco.editor.IStandaloneEditorConstructionOptions;

export interface CodeEditorProps {
  readonly source: TextSource;
  readonly language: 'yaml' | 'xml';
  /** Accessible name. */
  readonly label: string;
  readonly isReadOnly?: boolean;
  readonly markers?: readonly CodeMarker[];
  /** The text that the markers are about; the one that is shown may have gone on. */
  readonly markedText?: string | undefined;
  readonly lines?: readonly CodeLines[];
  readonly help?: CodeHelp;
  /** The line of the cursor, when a person moves it. */
  readonly onLine?: (line: number) => void;
  readonly ref?: Ref<CodeHandle>;
}

/** A text with its history, which both survive that the editor is taken off the screen. */
interface Kept {
  readonly model: monaco.editor.ITextModel;
  view: monaco.editor.ICodeEditorViewState | null;
  help: CodeHelp | undefined;
  marked: { readonly text: string | undefined; readonly markers: readonly CodeMarker[] };
}
const kept = new Map<string, Kept>();
const MOST_KEPT = 30;

function keep(source: TextSource, language: string): Kept {
  const found = kept.get(source.key);
  kept.delete(source.key);
  const entry = found ?? {
    model: monaco.editor.createModel(
      source.read(),
      language,
      monaco.Uri.from({ scheme: 'inmemory', path: `/${source.key}` }),
    ),
    view: null,
    help: undefined,
    marked: { text: undefined, markers: [] },
  };
  kept.set(source.key, entry);
  for (const [key, old] of kept)
    if (kept.size > MOST_KEPT && !old.model.isAttachedToEditor() && key !== source.key) {
      old.model.dispose();
      kept.delete(key);
    }
  return entry;
}

const keptOf = (model: monaco.editor.ITextModel): Kept | undefined =>
  [...kept.values()].find((entry) => entry.model === model);

/** Writes what changed elsewhere into the model as one undoable edit. */
function follow(model: monaco.editor.ITextModel, text: string): void {
  const change = singleChange(model.getValue(), text);
  if (change === undefined) return;
  const from = model.getPositionAt(change.start);
  const to = model.getPositionAt(change.end);
  model.pushStackElement();
  model.pushEditOperations(
    null,
    [{ range: monaco.Range.fromPositions(from, to), text: change.text }],
    () => null,
  );
  model.pushStackElement();
}

export function CodeEditor(props: CodeEditorProps): ReactNode {
  const { source, language, label, isReadOnly = false, lines, help, onLine, ref } = props;
  const { markers, markedText } = props;
  const registry = useCommandRegistry();
  const { screen } = useNavigation();
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef<monaco.editor.IStandaloneCodeEditor>(undefined);
  const decorations = useRef<monaco.editor.IEditorDecorationsCollection>(undefined);
  const tellLine = useRef(onLine);
  useEffect(() => {
    tellLine.current = onLine;
  });

  useEffect(() => {
    if (box.current === null) return;
    const entry = keep(source, language);
    const { model } = entry;
    model.setEOL(monaco.editor.EndOfLineSequence.LF);
    follow(model, source.read());
    const shown = monaco.editor.create(box.current, {
      ...OPTIONS,
      model,
      readOnly: isReadOnly,
      ariaLabel: `${label}. Ctrl+M makes Tab leave the editor, Alt+F1 tells more.`,
    });
    editor.current = shown;
    decorations.current = shown.createDecorationsCollection();
    shown.restoreViewState(entry.view);
    const typed = model.onDidChangeContent(() => {
      source.write(model.getValue());
    });
    const stopFollowing = source.onChanged(() => {
      follow(model, source.read());
    });
    const moved = shown.onDidChangeCursorPosition(({ position, reason }) => {
      if (reason !== monaco.editor.CursorChangeReason.NotSet || shown.hasTextFocus())
        tellLine.current?.(position.lineNumber);
    });
    return () => {
      entry.view = shown.saveViewState();
      stopFollowing();
      moved.dispose();
      typed.dispose();
      shown.dispose();
      editor.current = undefined;
    };
  }, [source, language, label, isReadOnly]);

  useEffect(() => {
    const entry = kept.get(source.key);
    if (entry !== undefined) entry.help = help;
  }, [source, help]);

  useEffect(() => {
    const entry = kept.get(source.key);
    if (entry === undefined) return;
    entry.marked = { text: markedText, markers: markers ?? [] };
    monaco.editor.setModelMarkers(entry.model, 'workbench', entry.marked.markers.map(toMarker));
  }, [source, markers, markedText]);

  useEffect(() => {
    decorations.current?.set((lines ?? []).map(toDecoration));
  }, [source, label, isReadOnly, lines]);

  useImperativeHandle(
    ref,
    (): CodeHandle => ({
      focus: () => editor.current?.focus(),
      reveal: (line) => {
        const shown = editor.current;
        if (shown === undefined) return;
        shown.revealLineInCenterIfOutsideViewport(line);
        shown.setPosition({ lineNumber: line, column: 1 });
      },
      show: (line) => {
        if (editor.current?.hasTextFocus() === false)
          editor.current.revealLineInCenterIfOutsideViewport(line);
      },
      undo: () => editor.current?.trigger('workbench', 'undo', null),
      redo: () => editor.current?.trigger('workbench', 'redo', null),
    }),
    [],
  );

  return (
    <div
      className="codebox"
      ref={box}
      onKeyDownCapture={(event) => {
        if (!OURS.has(shortcutOf(event.nativeEvent))) return;
        // Past Monaco, as if it had been pressed beside it.
        event.stopPropagation();
        event.preventDefault();
        registry.press(shortcutOf(event.nativeEvent), [screen, GLOBAL_SCOPE]);
      }}
    />
  );
}

const toMarker = (marker: CodeMarker): monaco.editor.IMarkerData => ({
  severity: marker.severity === 'error' ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
  message: marker.message,
  startLineNumber: marker.line,
  startColumn: marker.column,
  endLineNumber: marker.endLine,
  endColumn: marker.endColumn,
});

const toRange = (range: CodeRange): monaco.Range =>
  new monaco.Range(range.line, range.column, range.endLine, range.endColumn);

const toDecoration = ({ from, to, look }: CodeLines): monaco.editor.IModelDeltaDecoration => ({
  range: new monaco.Range(from, 1, to, 1),
  options: {
    isWholeLine: true,
    className: `code-${look}`,
  },
});

const KINDS = {
  key: monaco.languages.CompletionItemKind.Property,
  value: monaco.languages.CompletionItemKind.Value,
  snippet: monaco.languages.CompletionItemKind.Snippet,
} as const;

monaco.languages.registerCompletionItemProvider('yaml', {
  triggerCharacters: [':', ' ', '-', '{', ',', '$'],
  provideCompletionItems: async (model, { lineNumber, column }) => {
    const items = (await keptOf(model)?.help?.complete(model.getValue(), lineNumber, column)) ?? [];
    return {
      suggestions: items.map((item, i) => ({
        label: { label: item.label, description: item.detail },
        kind: KINDS[item.kind],
        insertText: item.insertText,
        insertTextRules: monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet,
        documentation: { value: item.documentation },
        sortText: String(i).padStart(4, '0'),
        range: new monaco.Range(lineNumber, item.replace.startColumn, lineNumber, item.replace.endColumn),
      })),
    };
  },
});

monaco.languages.registerHoverProvider('yaml', {
  provideHover: async (model, { lineNumber, column }) => {
    const found = await keptOf(model)?.help?.hover(model.getValue(), lineNumber, column);
    if (found?.markdown === undefined) return null;
    const { range } = found;
    return {
      contents: [{ value: found.markdown }],
      ...(range === undefined ? {} : { range: toRange(range) }),
    };
  },
});

monaco.languages.registerCodeActionProvider('yaml', {
  provideCodeActions: (model, range) => {
    const { text, markers } = keptOf(model)?.marked ?? { text: undefined, markers: [] };
    // Places in another text would be wrong ones.
    const here =
      text === model.getValue() ? markers.filter((one) => range.intersectRanges(toRange(one)) !== null) : [];
    return {
      actions: here.flatMap((marker) =>
        (marker.fixes ?? []).map(({ title, edit }, i) => ({
          title,
          kind: 'quickfix',
          isPreferred: i === 0,
          diagnostics: [toMarker(marker)],
          edit: {
            edits: [
              {
                resource: model.uri,
                versionId: model.getVersionId(),
                textEdit: { range: toRange(edit), text: edit.text },
              },
            ],
          },
        })),
      ),
      dispose: () => undefined,
    };
  },
});

export interface CodeDiffProps {
  readonly original: string;
  readonly modified: string;
  readonly label: string;
}

/** Two texts side by side, or one below the other where there is little room. */
export function CodeDiff({ original, modified, label }: CodeDiffProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current === null) return;
    const diff = monaco.editor.createDiffEditor(box.current, {
      ...OPTIONS,
      readOnly: true,
      originalEditable: false,
      renderSideBySideInlineBreakpoint: 640,
      originalAriaLabel: `${label}: on the disk`,
      modifiedAriaLabel: `${label}: yours`,
    });
    const models = {
      original: monaco.editor.createModel(original, 'yaml'),
      modified: monaco.editor.createModel(modified, 'yaml'),
    };
    diff.setModel(models);
    return () => {
      diff.dispose();
      models.original.dispose();
      models.modified.dispose();
    };
  }, [original, modified, label]);
  return <div className="codebox" ref={box} />;
}
