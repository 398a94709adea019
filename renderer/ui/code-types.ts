/** A text that somebody keeps; an editor shows it and writes into it. */
export interface TextSource {
  /** Names it: the undo history of an editor belongs to this name. */
  readonly key: string;
  read(): string;
  write(text: string): void;
  /** @returns how to stop listening */
  onChanged(listener: () => void): () => void;
}

/** Lines and columns count from 1; the end is exclusive. */
export interface CodeRange {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

export interface CodeMarker extends CodeRange {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** What would mend it, the likeliest first. */
  readonly fixes?: readonly CodeFix[] | undefined;
}

/** A replacement of one stretch of a text that mends something. */
export interface CodeFix {
  readonly title: string;
  readonly edit: CodeRange & { readonly text: string };
}

/** Lines with a ground of their own: class names of code-editor.css. */
export interface CodeLines {
  readonly from: number;
  readonly to: number;
  readonly look: 'here' | 'failed' | 'paused';
}

export interface CodeCompletion {
  readonly label: string;
  /** A snippet: `${1:180}` are its places to fill in. */
  readonly insertText: string;
  readonly detail: string;
  readonly documentation: string;
  readonly kind: 'key' | 'value' | 'snippet';
  readonly replace: { readonly startColumn: number; readonly endColumn: number };
}

/** What an editor asks about a place of its text. */
export interface CodeHelp {
  readonly complete: (text: string, line: number, column: number) => Promise<readonly CodeCompletion[]>;
  readonly hover: (
    text: string,
    line: number,
    column: number,
  ) => Promise<{ readonly markdown?: string | undefined; readonly range?: CodeRange | undefined }>;
}

/** What others do to an editor that is shown. */
export interface CodeHandle {
  focus(): void;
  /** Shows a line and puts the cursor there. */
  reveal(line: number): void;
  /** Shows a line, unless a person is typing. */
  show(line: number): void;
  undo(): void;
  redo(): void;
}
