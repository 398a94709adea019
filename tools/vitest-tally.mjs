import { tally } from './tally.mjs';

/** vitest reporter: counts every test, and a file that did not load as a failure. */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const n = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      if (module.state() === 'failed' && !tests.some((t) => t.result().state === 'failed')) n.failed++;
      for (const test of tests) {
        const { state, note } = test.result();
        n[state]++;
        if (state === 'skipped')
          console.log(
            `SKIPPED ${module.moduleId.split('/').at(-1)} "${test.name}": ${note ?? 'see its title'}`,
          );
      }
    }
    tally(n);
  }
}
