import { Label } from 'react-aria-components/Label';
import { Slider as AriaSlider, SliderOutput, SliderThumb, SliderTrack } from 'react-aria-components/Slider';

export interface SliderProps {
  readonly label: string;
  /** 0 to 100. */
  readonly value: number;
  readonly onChange: (value: number) => void;
  /** Called once the hand lets go. */
  readonly onChangeEnd?: (value: number) => void;
}

/** A share of 100. */
export function Slider({ label, value, onChange, onChangeEnd }: SliderProps) {
  return (
    <AriaSlider
      className="slider"
      value={value}
      onChange={(next) => onChange(next)}
      onChangeEnd={(next) => onChangeEnd?.(next)}
      step={5}
    >
      <Label className="field__label">{label}</Label>
      <SliderOutput>{({ state }) => `${state.values[0]} %`}</SliderOutput>
      <SliderTrack className="slider__track">
        {({ state }) => (
          <>
            <div className="slider__fill" style={{ width: `${state.getThumbPercent(0) * 100}%` }} />
            <SliderThumb className="slider__thumb" />
          </>
        )}
      </SliderTrack>
    </AriaSlider>
  );
}
