import type { ReactNode } from 'react';
import type { ScenarioDiagnostic } from '../../../app/contract/scenarios.ts';
import type { CodeFix } from '../../ui/code-types.ts';
import { Button, IconButton } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Tag } from '../../ui/tag.tsx';
import { visibleString } from '../wire/index.ts';

const MOST_SHOWN = 100;
/** Of the ways out of a finding so many have a button; the editor offers all. */
const MOST_FIXES = 2;

/** What is wrong with the text; each leads to its line, and is mended by a button where the way out is obvious. */
export function Problems(props: {
  readonly diagnostics: readonly ScenarioDiagnostic[];
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly onReveal: (line: number) => void;
  readonly onFix: (fix: CodeFix) => void;
}): ReactNode {
  const { diagnostics, isOpen } = props;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  return (
    <section className="scproblems" aria-label="Problems">
      <div className="row head">
        <h3>Problems</h3>
        {errors > 0 && <Tag tone="error">{errors}</Tag>}
        {diagnostics.length > errors && <Tag tone="warning">{diagnostics.length - errors}</Tag>}
        <span className="grow" />
        <IconButton
          icon={isOpen ? 'down' : 'up'}
          size="s"
          label={isOpen ? 'Hide problems' : 'Show problems'}
          onClick={props.onToggle}
        />
      </div>
      {isOpen && (
        <ul className="scroll">
          {diagnostics.slice(0, MOST_SHOWN).map((one, i) => (
            <li key={i}>
              <button
                type="button"
                className="find"
                onClick={() => {
                  props.onReveal(one.line);
                }}
              >
                <Icon name={one.severity} size="s" className={one.severity === 'error' ? 'err' : 'warn'} />
                <span className="grow">{visibleString(one.message)}</span>
                <span className="dim nw">line {one.line}</span>
              </button>
              {one.fixes !== undefined && one.fixes.length > 0 && (
                <div className="row fixes">
                  {one.fixes.slice(0, MOST_FIXES).map((fix) => (
                    <Button
                      key={fix.title}
                      size="s"
                      icon="edit"
                      onClick={() => {
                        props.onFix(fix);
                      }}
                    >
                      {visibleString(fix.title)}
                    </Button>
                  ))}
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
