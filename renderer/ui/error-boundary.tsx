import { Component, type ReactNode } from 'react';
import { Button } from './button.tsx';
import { EmptyState } from './note.tsx';

export interface ErrorBoundaryProps {
  /** What failed, for the sentence: "The traffic screen". */
  readonly what: string;
  readonly children: ReactNode;
}

interface State {
  readonly error: Error | undefined;
}

/** Keeps a bug in one screen from taking down the window: says what failed and shows it anew. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, State> {
  override readonly state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    return (
      <EmptyState
        title={`${this.props.what} failed`}
        text="This is a bug in the workbench. Servers and recordings are not affected."
        actions={
          <>
            <Button
              kind="primary"
              onClick={() => {
                this.setState({ error: undefined });
              }}
            >
              Show it again
            </Button>
            <Button
              kind="quiet"
              onClick={() => {
                void navigator.clipboard.writeText(error.stack ?? error.message);
              }}
            >
              Copy details
            </Button>
          </>
        }
      >
        <p className="mono dim">{error.message}</p>
      </EmptyState>
    );
  }
}
