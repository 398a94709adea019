/** Joins class names, leaving out what is off: `classNames('tab', isOn && 'on')`. */
export const classNames = (...names: readonly (string | false | undefined)[]): string =>
  names.filter(Boolean).join(' ');
