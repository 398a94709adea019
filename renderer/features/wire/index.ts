export {
  formatCount,
  formatDay,
  formatDuration,
  formatGap,
  formatNumberOf,
  formatSeconds,
  formatSize,
  formatTimeOfDay,
  formatTimeOfDayMs,
} from './format.ts';
export { describeOddCharacter, nameOfOddCharacter } from './odd-characters.ts';
export { methodClass, statusClass, statusIcon } from './sip-style.ts';
export { STATUS_REASONS } from './status-reasons.ts';
export { cutMiddle, tooltipText, visibleRuns, visibleString, type VisibleRun } from './visible-text.ts';
export { WireText } from './wire-text.tsx';
export { dialogLook, partiesOf, type DialogLook } from './dialog-state.ts';
export { observeRect } from './observe-rect.ts';
export { useRowHeight } from './use-row-height.ts';
