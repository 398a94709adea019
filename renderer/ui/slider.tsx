import { Slider as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import './slider.css';

export interface SliderProps {
  readonly label: string;
  /** From 0 to `steps`. */
  readonly value: number;
  readonly steps: number;
  /** The value in words. */
  readonly valueText: string;
  readonly isDisabled?: boolean;
  readonly onChange: (value: number) => void;
}

/** A value on a line; arrow keys go one step, Page keys ten, Home and End to the ends. */
export function Slider({ label, value, steps, valueText, isDisabled, onChange }: SliderProps): ReactNode {
  return (
    <Radix.Root
      className="slider"
      value={[value]}
      max={steps}
      disabled={isDisabled === true}
      onValueChange={([next]) => {
        if (next !== undefined) onChange(next);
      }}
    >
      <Radix.Track className="slider-track">
        <Radix.Range className="slider-range" />
      </Radix.Track>
      <Radix.Thumb className="slider-thumb" aria-label={label} aria-valuetext={valueText} />
    </Radix.Root>
  );
}
