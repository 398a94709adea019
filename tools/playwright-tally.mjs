import { tally } from './tally.mjs';

/** Playwright reporter: counts every test and prints the reason of each one skipped. */
export default class TallyReporter {
  #n = { passed: 0, failed: 0, skipped: 0 };

  onBegin(_config, suite) {
    this.suite = suite;
  }

  onError() {
    this.#n.failed++;
  }

  onEnd() {
    for (const test of this.suite.allTests()) {
      const outcome = test.outcome();
      this.#n[outcome === 'skipped' ? 'skipped' : outcome === 'unexpected' ? 'failed' : 'passed']++;
      if (outcome !== 'skipped') continue;
      const notes = [...test.annotations, ...(test.results[0]?.annotations ?? [])];
      const reason = notes.find((a) => a.type === 'skip')?.description ?? 'no reason given';
      console.log(`SKIPPED ${test.parent.project()?.name} "${test.title}": ${reason}`);
    }
    tally(this.#n);
  }

  printsToStdio() {
    return false;
  }
}
