import { remark, tally } from './tally.mjs';

/** vitest reporter: counts every test, and a file that did not load as a failure. */
export default class TallyReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const n = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    const remarks = unhandledErrors.map(({ message }) => remark('FAILED', 'outside of every test', message));
    for (const module of modules) {
      const tests = [...module.children.allTests()];
      if (module.state() === 'failed' && !tests.some((t) => t.result().state === 'failed')) {
        n.failed++;
        remarks.push(remark('FAILED', module.relativeModuleId, module.errors()[0]?.message));
      }
      for (const test of tests) {
        const { state, note, errors } = test.result();
        n[state]++;
        const name = `${module.relativeModuleId} "${test.fullName}"`;
        if (state === 'skipped') remarks.push(remark('SKIPPED', name, note ?? 'see its title'));
        if (state === 'failed') remarks.push(remark('FAILED', name, errors[0]?.message));
        if (test.diagnostic()?.flaky) remarks.push(remark('FLAKY', name, errors?.[0]?.message));
      }
    }
    tally(n, remarks);
  }
}
