import { Dialog as Radix } from 'radix-ui';
import type { CSSProperties, ReactNode } from 'react';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';
import './float.css';

export interface DialogProps {
  readonly title: string;
  readonly description?: string;
  readonly widthPx?: number;
  readonly onClose: () => void;
  readonly children?: ReactNode;
  /** Buttons at the end, the confirming one last. */
  readonly actions?: ReactNode;
}

/** Only for what cannot be undone or what needs the whole attention. Mounted while open. */
export function Dialog(props: DialogProps): ReactNode {
  const { title, description, widthPx = 440, onClose, children, actions } = props;
  return (
    <Radix.Root
      open
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose();
      }}
    >
      <Radix.Portal>
        <Radix.Overlay className="scrim" />
        <Radix.Content
          className="float dlg"
          style={{ '--dlg-w': `${widthPx}px` } as CSSProperties}
          {...(description === undefined ? { 'aria-describedby': undefined } : {})}
        >
          <div className="dlg-head">
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            {description !== undefined && (
              <Radix.Description asChild>
                <p>{description}</p>
              </Radix.Description>
            )}
          </div>
          <div className="scroll dlg-body">{children}</div>
          {actions !== undefined && <div className="dlg-acts">{actions}</div>}
          <Radix.Close className="btn gho ico sm dlg-close" aria-label="Close">
            <Icon name="cross" size="s" />
          </Radix.Close>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

export interface ConfirmProps {
  readonly title: string;
  /** What will be lost and that it cannot be undone. */
  readonly text: string;
  readonly keep: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function ConfirmDialog(props: ConfirmProps): ReactNode {
  return (
    <Dialog
      title={props.title}
      description={props.text}
      onClose={props.onClose}
      actions={
        <>
          <Button onClick={props.onClose}>{props.keep}</Button>
          <Button
            kind="danger-final"
            onClick={() => {
              props.onConfirm();
              props.onClose();
            }}
          >
            {props.confirm}
          </Button>
        </>
      }
    />
  );
}
