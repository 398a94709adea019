import { type ReactNode, useState } from 'react';
import type { ServerField } from '../../../../app/contract/server-fields.ts';
import { type ControlIds, Segments, Select, Switch, TextInput } from '../../../ui/field.tsx';
import { Slider } from '../../../ui/slider.tsx';
import { choiceLabel } from '../form/choice-label.ts';
import { readDuration, writeDuration } from '../../../../app/contract/duration.ts';
import type { DialValue } from './dials-store.ts';
import { dialStops, nearestStop } from './dial-stops.ts';

export interface DialControlProps {
  readonly field: ServerField;
  readonly ids: ControlIds;
  readonly value: DialValue;
  readonly onChange: (value: DialValue) => void;
}

const MOST_SEGMENTS = 4;

/** The control of one dial, by its kind. */
export function DialControl({ field, ids, value, onChange }: DialControlProps): ReactNode {
  switch (field.kind) {
    case 'boolean':
      return (
        <>
          <Switch {...ids} isOn={value === true} onChange={onChange} />
          <span className="mid fnote">{field.description}</span>
        </>
      );
    case 'choice': {
      const options = field.choices.map((choice) => ({ value: choice, label: choiceLabel(choice) }));
      const Chooser = options.length > MOST_SEGMENTS ? Select : Segments;
      return (
        <Chooser
          {...ids}
          aria-labelledby={`${ids.id}-label`}
          value={String(value)}
          options={options}
          onChange={onChange}
        />
      );
    }
    case 'number':
      return <NumberDial {...{ field, ids, onChange }} value={Number(value)} />;
    case 'text':
    case 'list':
      return <Typed ids={ids} value={String(value)} onCommit={onChange} />;
  }
}

/** A line to slide on, and the same value in words to type. */
function NumberDial(props: Omit<DialControlProps, 'value'> & { readonly value: number }): ReactNode {
  const { field, ids, value, onChange } = props;
  const { unit, min = 0, max = Number.MAX_SAFE_INTEGER } = field;
  if (unit === undefined)
    return (
      <Typed
        ids={ids}
        value={String(value)}
        onCommit={(text) => {
          onChange(text.trim() === '' ? text : Number(text));
        }}
      />
    );
  const stops = dialStops(unit, min, max);
  return (
    <span className="dial">
      <Slider
        label={field.label}
        value={nearestStop(stops, value)}
        steps={stops.length - 1}
        valueText={writeDuration(value, unit)}
        onChange={(at) => {
          onChange(stops[at] ?? value);
        }}
      />
      <Typed
        ids={ids}
        value={writeDuration(value, unit)}
        onCommit={(text) => {
          const read = readDuration(text, unit);
          // What is no time is sent as it is: the server says what it takes.
          onChange(Number.isNaN(read) ? text : read);
        }}
      />
    </span>
  );
}

interface TypedProps {
  readonly ids: ControlIds;
  readonly value: string;
  readonly onCommit: (text: string) => void;
}

/** Takes effect with Enter or when it is left; Escape takes it back. */
function Typed({ ids, value, onCommit }: TypedProps): ReactNode {
  const [typed, setTyped] = useState<string>();
  const commit = (): void => {
    if (typed !== undefined && typed !== value) onCommit(typed);
    setTyped(undefined);
  };
  return (
    <TextInput
      {...ids}
      value={typed ?? value}
      onChange={setTyped}
      onBlur={commit}
      onKeyDown={(event) => {
        if (event.key === 'Enter') commit();
        else if (event.key === 'Escape' && typed !== undefined) {
          event.stopPropagation();
          setTyped(undefined);
        }
      }}
    />
  );
}
