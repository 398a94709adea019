import { describe, expect, it } from 'vitest';
import { inputWords, timerPurpose, timerRfc } from './transaction-words.ts';

describe('the words of transactions', () => {
  it.each([
    ['start', 'request sent'],
    ['recv-request', 'request received'],
    ['recv-1xx', '1xx received'],
    ['recv-3xx-6xx', '3xx to 6xx received'],
    ['send-101-199', '101 to 199 sent'],
    ['send-2xx', '2xx sent'],
    ['send-final', 'final response sent'],
    ['timer-a', 'timer A fired, sent again'],
    ['timer-h', 'timer H fired'],
    ['connection-lost', 'connection lost'],
    ['something-new', 'something new'],
  ])('%s is "%s"', (input, words) => {
    expect(inputWords(input)).toBe(words);
  });

  it('knows what each timer of the RFC is for, and where that stands', () => {
    for (const name of ['A', 'B', 'D', 'E', 'F', 'G', 'H', 'I', 'J', 'K', 'L', 'M', '100', 'late-100']) {
      expect(timerPurpose(name), name).not.toBe('runs');
      expect(timerRfc(name), name).toMatch(/^RFC (3261 §17|6026 §7|4320 §4)/);
    }
    expect(timerPurpose('Z')).toBe('runs');
  });
});
