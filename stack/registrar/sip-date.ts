const DAYS = ['Thu', 'Fri', 'Sat', 'Sun', 'Mon', 'Tue', 'Wed'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DAY_SEC = 86_400;
/** Days from 1 March of the year 0 to 1 January 1970, and in 400 years: counted from March, the leap day ends the year. */
const EPOCH_DAYS = 719_468;
const ERA_DAYS = 146_097;

/** The value of Date for wall-clock milliseconds since 1970. @rfc 3261 §20.17 */
export function sipDate(wallMs: number): string {
  const sec = Math.floor(wallMs / 1000);
  const days = Math.floor(sec / DAY_SEC);
  const time = sec - days * DAY_SEC;
  const clock = [time / 3600, (time / 60) % 60, time % 60].map((part) => twoDigits(Math.floor(part)));
  return `${DAYS[days % 7] ?? ''}, ${dayMonthYear(days)} ${clock.join(':')} GMT`;
}

function dayMonthYear(daysSinceEpoch: number): string {
  const days = daysSinceEpoch + EPOCH_DAYS;
  const era = Math.floor(days / ERA_DAYS);
  const dayOfEra = days - era * ERA_DAYS;
  const leapDays =
    Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  const month = (fromMarch + 2) % 12;
  const year = yearOfEra + era * 400 + (month < 2 ? 1 : 0);
  return `${twoDigits(day)} ${MONTHS[month] ?? ''} ${String(year).padStart(4, '0')}`;
}

function twoDigits(n: number): string {
  return String(n).padStart(2, '0');
}
