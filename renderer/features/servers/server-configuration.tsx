import { type ReactNode, useEffect, useState } from 'react';
import { ContractError } from '../../../app/contract/errors.ts';
import type { ServerConfig } from '../../../app/contract/server-config.ts';
import { useBackend } from '../../backend/index.ts';
import { Button } from '../../ui/button.tsx';
import { Note } from '../../ui/note.tsx';

/** What `servers.explain` answers. */
export interface Explanation {
  readonly command: string;
  readonly yaml: string;
  readonly handlers: readonly string[];
}

/** The configuration as command line, as file and in words; undefined until it is known. */
export function useExplanation(config: ServerConfig | undefined): {
  readonly explanation: Explanation | undefined;
  readonly error: string | undefined;
} {
  const backend = useBackend();
  const [answer, setAnswer] = useState<{ readonly explanation?: Explanation; readonly error?: string }>({});
  const key = JSON.stringify(config);
  useEffect(() => {
    let isCurrent = true;
    if (key === undefined) return;
    backend.call('servers.explain', { config: JSON.parse(key) as unknown }).then(
      (explanation) => {
        if (isCurrent) setAnswer({ explanation });
      },
      (error: unknown) => {
        if (isCurrent && error instanceof ContractError) setAnswer({ error: error.message });
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [backend, key]);
  return { explanation: answer.explanation, error: answer.error };
}

export interface ServerConfigurationProps {
  /** Undefined while the settings are not valid. */
  readonly config: ServerConfig | undefined;
  readonly onCopy: (what: string, text: string) => void;
}

/** The same server without this window: the command that starts it and the file that describes it. */
export function ServerConfiguration({ config, onCopy }: ServerConfigurationProps): ReactNode {
  const { explanation, error } = useExplanation(config);
  if (config === undefined)
    return (
      <div className="spad">
        <Note kind="warning" title="The settings are not valid yet">
          Correct what is marked under Settings; the command and the file appear here then.
        </Note>
      </div>
    );
  if (error !== undefined)
    return (
      <div className="spad">
        <Note kind="error" title={error} />
      </div>
    );
  if (explanation === undefined) return null;
  const { command, yaml } = explanation;
  return (
    <div className="scroll spad">
      <Listing title="Command" what="command" copyLabel="Copy as CLI" text={command} onCopy={onCopy}>
        Starts the same server in a terminal.
      </Listing>
      <Listing title="File" what="configuration" copyLabel="Copy YAML" text={yaml} onCopy={onCopy}>
        For <code className="mono">siphond --config FILE</code>; every line has a default.
      </Listing>
    </div>
  );
}

function Listing(props: {
  readonly title: string;
  readonly what: string;
  readonly copyLabel: string;
  readonly text: string;
  readonly onCopy: (what: string, text: string) => void;
  readonly children: ReactNode;
}): ReactNode {
  const { title, what, copyLabel, text, onCopy, children } = props;
  return (
    <section aria-label={title}>
      <div className="sect">
        <h3>{title}</h3>
        <span className="dim meta grow el">{children}</span>
        <Button
          kind="quiet"
          size="s"
          icon="copy"
          onClick={() => {
            onCopy(what, text);
          }}
        >
          {copyLabel}
        </Button>
      </div>
      <pre className="mono listing" tabIndex={0} aria-label={title}>
        {text.trimEnd()}
      </pre>
    </section>
  );
}
