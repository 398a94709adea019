import { Select as RadixSelect, Switch as RadixSwitch, ToggleGroup } from 'radix-ui';
import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useState } from 'react';
import { classNames } from './class-names.ts';
import { Icon, type IconName } from './icon.tsx';
import './button.css';
import './field.css';
import './float.css';

/** What a control needs to be described by its field. */
export interface ControlIds {
  readonly id: string;
  readonly 'aria-describedby': string | undefined;
  readonly 'aria-invalid': boolean | undefined;
}

export interface FieldProps {
  readonly label: string;
  readonly hint?: ReactNode;
  /** Replaces the hint. */
  readonly error?: string | undefined;
  readonly children: (ids: ControlIds) => ReactNode;
}

/** Label at the left, control, help below; an error takes the place of the help. */
export function Field({ label, hint, error, children }: FieldProps): ReactNode {
  const id = useId();
  const helpId = `${id}-help`;
  const help = error ?? hint;
  return (
    <div className="fld">
      <label className="lb" htmlFor={id} id={`${id}-label`}>
        {label}
      </label>
      <div className="ct">
        {children({
          id,
          'aria-describedby': help === undefined ? undefined : helpId,
          'aria-invalid': error === undefined ? undefined : true,
        })}
      </div>
      {help !== undefined && (
        <p className={classNames('hp', error !== undefined && 'bad')} id={helpId}>
          {help}
        </p>
      )}
    </div>
  );
}

export interface TextInputProps extends Omit<
  InputHTMLAttributes<HTMLInputElement>,
  'className' | 'onChange' | 'size'
> {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly icon?: IconName;
  /** In grey at the end: ms. */
  readonly unit?: string | undefined;
  readonly isMono?: boolean;
  readonly isBad?: boolean;
  readonly ref?: Ref<HTMLInputElement>;
  /** Shown inside, at the end. */
  readonly children?: ReactNode;
}

export function TextInput(props: TextInputProps): ReactNode {
  const { onChange, icon, unit, isMono = false, isBad, children, ...rest } = props;
  const bad = isBad ?? rest['aria-invalid'] === true;
  return (
    <span className={classNames('inp', bad && 'bad')}>
      {icon !== undefined && <Icon name={icon} size="s" />}
      <input
        {...rest}
        className={isMono ? 'mono' : undefined}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          onChange(event.target.value);
        }}
      />
      {unit !== undefined && <span className="dim">{unit}</span>}
      {bad && <Icon name="warning" size="s" className="err" />}
      {children}
    </span>
  );
}

export interface SwitchProps extends Partial<ControlIds> {
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
  readonly isDisabled?: boolean;
}

export function Switch({ isOn, onChange, isDisabled = false, ...ids }: SwitchProps): ReactNode {
  return (
    <RadixSwitch.Root {...ids} className="sw" checked={isOn} onCheckedChange={onChange} disabled={isDisabled}>
      <RadixSwitch.Thumb />
    </RadixSwitch.Root>
  );
}

export interface Option<T extends string> {
  readonly value: T;
  readonly label: string;
  /** Before the label: the code of a status. */
  readonly lead?: ReactNode;
}

export interface ChoiceProps<T extends string> extends Partial<ControlIds> {
  readonly value: T;
  readonly options: readonly Option<T>[];
  readonly onChange: (value: T) => void;
  readonly isDisabled?: boolean;
  readonly 'aria-label'?: string;
  readonly 'aria-labelledby'?: string;
}

/** Two to four choices, all visible. */
export function Segments<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { value, options, onChange, isDisabled = false } = props;
  return (
    <ToggleGroup.Root
      id={props.id}
      aria-describedby={props['aria-describedby']}
      aria-label={props['aria-label']}
      aria-labelledby={props['aria-labelledby']}
      type="single"
      className="seg"
      value={value}
      disabled={isDisabled}
      onValueChange={(next) => {
        const chosen = options.find((o) => o.value === next);
        if (chosen !== undefined) onChange(chosen.value);
      }}
    >
      {options.map((option) => (
        <ToggleGroup.Item key={option.value} value={option.value}>
          {option.label}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}

/** A list to choose from when there are many, or no room. Its items exist while it is open: a form has many lists and few are opened. */
export function Select<T extends string>(props: ChoiceProps<T>): ReactNode {
  const { value, options, onChange, isDisabled = false, ...ids } = props;
  const [isOpen, setOpen] = useState(false);
  const chosen = options.find((o) => o.value === value);
  return (
    <RadixSelect.Root
      value={value}
      disabled={isDisabled}
      open={isOpen}
      onOpenChange={setOpen}
      onValueChange={(next) => {
        const option = options.find((o) => o.value === next);
        if (option !== undefined) onChange(option.value);
      }}
    >
      <RadixSelect.Trigger className="inp" {...ids}>
        <span className="grow el">
          <RadixSelect.Value>
            {chosen?.lead !== undefined && <>{chosen.lead} </>}
            {chosen?.label ?? value}
          </RadixSelect.Value>
        </span>
        <Icon name="down" size="s" />
      </RadixSelect.Trigger>
      {isOpen && <Choices options={options} />}
    </RadixSelect.Root>
  );
}

function Choices<T extends string>({ options }: { readonly options: readonly Option<T>[] }): ReactNode {
  return (
    <RadixSelect.Portal>
      <RadixSelect.Content
        className="float menu choices"
        position="popper"
        sideOffset={4}
        collisionPadding={8}
      >
        <RadixSelect.Viewport>
          {options.map((option) => (
            <RadixSelect.Item key={option.value} className="mi" value={option.value}>
              {option.lead}
              <span className="grow">
                <RadixSelect.ItemText>{option.label}</RadixSelect.ItemText>
              </span>
              <RadixSelect.ItemIndicator>
                <Icon name="check" size="s" />
              </RadixSelect.ItemIndicator>
            </RadixSelect.Item>
          ))}
        </RadixSelect.Viewport>
      </RadixSelect.Content>
    </RadixSelect.Portal>
  );
}
