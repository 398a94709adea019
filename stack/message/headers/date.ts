import { one } from './access.ts';
import type { Reader } from './reader.ts';

const DATE = /^[A-Z][a-z]{2}, (\d{2}) ([A-Z][a-z]{2}) (\d{4}) (\d{2}):(\d{2}):(\d{2}) GMT$/i;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const DAYS_BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const EPOCH_YEAR = 1970;

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
/** Leap days of the years before this one. */
const leapDays = (year: number): number =>
  Math.floor((year - 1) / 4) - Math.floor((year - 1) / 100) + Math.floor((year - 1) / 400);

/** Reads what RFC 3261 allows of RFC 1123: always GMT, always two digits. */
function epochMs(reader: Reader): number | undefined {
  const [, day = '', name = '', year = '', ...time] = DATE.exec(reader.rest()) ?? [];
  const month = MONTHS.indexOf(name.toLowerCase());
  const [hours = 0, minutes = 0, seconds = 0] = time.map(Number);
  const isLeapMonth = month === 1 && isLeap(Number(year));
  const lastDay = (DAYS_IN[month] ?? 0) + (isLeapMonth ? 1 : 0);
  // A leap second counts as the first one of the next minute.
  const isDate =
    Number(day) >= 1 && Number(day) <= lastDay && hours < 24 && minutes < 60 && seconds <= 60 && year !== '';
  if (!isDate) return undefined;
  const days =
    (Number(year) - EPOCH_YEAR) * 365 +
    leapDays(Number(year)) -
    leapDays(EPOCH_YEAR) +
    (DAYS_BEFORE[month] ?? 0) +
    (month > 1 && isLeap(Number(year)) ? 1 : 0) +
    Number(day) -
    1;
  return (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000;
}

/** When the message was sent, in milliseconds since 1970; the day of the week is not compared. @rfc 3261 §20.17 */
export const dateMs = one('Date', epochMs);
