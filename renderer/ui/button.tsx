import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import { Keys } from './keys.tsx';
import { Tooltip } from './tooltip.tsx';
import './button.css';

type NativeProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'className' | 'type'>;

export interface ButtonProps extends NativeProps {
  /** One primary a pane. Danger is outlined until it is the confirming step. */
  readonly kind?: 'primary' | 'secondary' | 'quiet' | 'danger' | 'danger-final';
  readonly size?: 'm' | 's';
  readonly icon?: IconName;
  /** Shown as a key cap, in the notation of commands: `Mod+E`. */
  readonly shortcut?: string | undefined;
  /** Shows a spinner in place of the icon; the text stays. */
  readonly isBusy?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
  readonly children: ReactNode;
}

const KINDS = {
  primary: 'pri',
  secondary: '',
  quiet: 'gho',
  danger: 'dan',
  'danger-final': 'dan solid',
} as const;

export function Button(props: ButtonProps): ReactNode {
  const { kind = 'secondary', size = 'm', icon, shortcut, isBusy = false, children, ...rest } = props;
  return (
    <button type="button" className={classNames('btn', KINDS[kind], size === 's' && 'sm')} {...rest}>
      {isBusy && <Spinner />}
      {!isBusy && icon !== undefined && <Icon name={icon} size="s" />}
      {children}
      {shortcut !== undefined && <Keys shortcut={shortcut} />}
    </button>
  );
}

export interface IconButtonProps extends Omit<NativeProps, 'children' | 'aria-label' | 'title'> {
  readonly icon: IconName;
  /** Accessible name and tooltip. */
  readonly label: string;
  readonly shortcut?: string | undefined;
  readonly size?: 'm' | 's';
  readonly kind?: 'secondary' | 'quiet';
  /** Makes it a toggle. */
  readonly isOn?: boolean;
  readonly ref?: Ref<HTMLButtonElement>;
}

/** A button that shows an icon only; its name and key are in the tooltip. */
export function IconButton(props: IconButtonProps): ReactNode {
  const { icon, label, shortcut, size = 'm', kind = 'quiet', isOn, ...rest } = props;
  return (
    <Tooltip label={label} shortcut={shortcut}>
      <button
        type="button"
        className={classNames('btn ico', KINDS[kind], size === 's' && 'sm')}
        aria-label={label}
        aria-pressed={isOn}
        {...rest}
      >
        <Icon name={icon} size={size === 's' ? 's' : 'm'} />
      </button>
    </Tooltip>
  );
}

/** For 100 ms to 1 s; what takes longer shows a counted bar. */
export function Spinner(): ReactNode {
  return <span className="spin" aria-hidden="true" />;
}
