import { remark, tally } from './tally.mjs';

const COUNTED = { expected: 'passed', flaky: 'passed', unexpected: 'failed', skipped: 'skipped' };
const VERDICTS = { flaky: 'FLAKY', unexpected: 'FAILED', skipped: 'SKIPPED' };

/** Playwright reporter: counts every test, and says why one failed, was tried again, or was skipped. */
export default class TallyReporter {
  #n = { passed: 0, failed: 0, skipped: 0 };
  #remarks = [];

  onBegin(_config, suite) {
    this.suite = suite;
  }

  onError({ message }) {
    this.#n.failed++;
    this.#remarks.push(remark('FAILED', 'outside of every test', message));
  }

  onEnd() {
    for (const test of this.suite.allTests()) {
      const outcome = test.outcome();
      this.#n[COUNTED[outcome]]++;
      if (outcome === 'expected') continue;
      const notes = [...test.annotations, ...(test.results[0]?.annotations ?? [])];
      const reason =
        notes.find((a) => a.type === 'skip')?.description ??
        test.results.find(({ error }) => error !== undefined)?.error?.message;
      this.#remarks.push(remark(VERDICTS[outcome], `${test.parent.project()?.name} "${test.title}"`, reason));
    }
    tally(this.#n, this.#remarks);
  }

  printsToStdio() {
    return false;
  }
}
