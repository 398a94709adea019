import type { StepResult, Verdict } from '../engine/verdict.ts';
import { escapedHtml } from './escape.ts';
import { HTML_STYLE } from './html-style.ts';
import { ladderSvg } from './ladder-svg.ts';
import { countOf, OUTCOME_WORDS, type ReportedRun } from './reported-run.ts';
import { arrowLabel, failuresOf, runLadder, type RunArrow, type RunLadder } from './run-ladder.ts';

/** What a ladder shows at most; the other reports and the capture hold all. */
const MAX_ARROWS = 500;

/** Nothing but the style of the page itself may load or run, whatever a message holds. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const SIGNS: Readonly<Record<Verdict['outcome'], string>> = {
  pass: '\u2713',
  fail: '\u2717',
  error: '\u2717',
  stopped: '\u25a0',
};

const text = escapedHtml;
const seconds = (ms: number): string => `${(ms / 1000).toFixed(3)} s`;

/** One file that needs no script and no network: a summary, and of each run its steps, its ladder and its messages. */
export function htmlReport(runs: readonly ReportedRun[], creator: string): string {
  const failed = runs.length - countOf(runs, 'pass');
  const headline =
    failed === 0
      ? `All ${runs.length} scenarios passed`
      : `${failed} of ${runs.length} scenarios did not pass`;
  const when = runs.slice(0, 1).map(({ startedAt }) => `${startedAt}, `);
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${text(POLICY)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<title>${text(headline)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<main>
<h1 class="${failed === 0 ? 'good' : 'bad'}">${text(headline)}</h1>
<p class="quiet">${text(`${when.join('')}${creator}`)}</p>
${summary(runs)}
${runs.map(runSection).join('\n')}
</main>
</body>
</html>
`;
}

function summary(runs: readonly ReportedRun[]): string {
  const rows = runs.map(
    ({ file, verdict: { scenario, outcome, reason = '', tookMs }, messages }, run) =>
      `<tr><td class="n ${outcome === 'pass' ? 'good' : 'bad'}">${SIGNS[outcome]} ${OUTCOME_WORDS[outcome]}</td>` +
      `<td><a href="#run-${run}">${text(scenario)}</a><br/><span class="quiet">${text(file)}</span></td>` +
      `<td>${text(reason)}</td><td class="n">${seconds(tookMs)}</td><td class="n">${messages.length}</td></tr>`,
  );
  return (
    '<section aria-label="Summary"><table><caption>Scenarios in the order they ran</caption>' +
    '<thead><tr><th scope="col">Verdict</th><th scope="col">Scenario</th><th scope="col">Reason</th><th scope="col">Took</th><th scope="col">Messages</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody></table></section>`
  );
}

function runSection(run: ReportedRun, index: number): string {
  const { verdict, file, messages, leftOut, differences = [] } = run;
  const { scenario, outcome, tookMs, steps } = verdict;
  const whole = runLadder(messages);
  const ladder: RunLadder = { lanes: whole.lanes, arrows: whole.arrows.slice(0, MAX_ARROWS) };
  const failing = steps.filter((step) => step.outcome === 'fail');
  const received = failuresOf(steps, ladder);
  const failed = new Set([...received.values()].map((arrow) => arrow.index));
  const unseen = whole.arrows.length - ladder.arrows.length + leftOut;
  return `<section id="run-${index}" aria-labelledby="name-${index}">
<h2 id="name-${index}"><span class="${outcome === 'pass' ? 'good' : 'bad'}">${SIGNS[outcome]} ${OUTCOME_WORDS[outcome]}</span> ${text(scenario)}</h2>
<p class="quiet">${text(`${file}, ${seconds(tookMs)}`)}</p>
${failing.map((step) => whyFailed(step, received.get(step), index)).join('')}${failing.length === 0 && verdict.reason !== undefined ? `<p class="why">${text(verdict.reason)}</p>` : ''}
${differencesFrom(differences)}<h3>Steps</h3>
${stepTable(steps)}
<h3>Ladder</h3>
${ladderOf(ladder, failed, index, scenario)}
${unseen === 0 ? '' : `<p class="quiet">${unseen} more messages are not shown.</p>`}
${ladder.arrows.length === 0 ? '' : `<h3>Messages</h3>\n${ladder.arrows.map((arrow) => messageText(arrow, ladder, failed, index)).join('\n')}`}
</section>`;
}

const differencesFrom = (differences: readonly string[]): string =>
  differences.length === 0
    ? ''
    : `<h3>Differences from the golden ladder</h3><ul>${differences.map((one) => `<li>${text(one)}</li>`).join('')}</ul>\n`;

const messageId = (run: number, { index }: RunArrow): string => `m-${run}-${index}`;

function whyFailed(
  { actor, step, reason = '', hint }: StepResult,
  received: RunArrow | undefined,
  run: number,
): string {
  const rows = [
    ['Step', text(`${actor}, line ${step.line}: ${step.title}`)],
    ['Reason', text(reason)],
    ...(received === undefined
      ? []
      : [['Message', `<a href="#${messageId(run, received)}">${text(arrowLabel(received))}</a>`]]),
    ...(hint === undefined ? [] : [['What to do', text(hint)]]),
  ];
  return `<dl class="why">${rows.map(([name, value]) => `<dt>${name}</dt><dd>${value}</dd>`).join('')}</dl>`;
}

function stepTable(steps: readonly StepResult[]): string {
  if (steps.length === 0) return '<p class="quiet">No step was carried out.</p>';
  const rows = steps.map(({ actor, step, outcome, atMs, tookMs, reason, hint, said }) => {
    const words = [said, reason, hint].filter((one) => one !== undefined).join(' ');
    return (
      `<tr${outcome === 'fail' ? ' class="failed"' : ''}><td class="n ${outcome === 'pass' ? 'good' : 'bad'}">${SIGNS[outcome]} ${OUTCOME_WORDS[outcome]}</td>` +
      `<td class="n">${seconds(atMs)}</td><td>${text(actor)}</td><td>${text(step.title)}${words === '' ? '' : `<br/><span class="quiet">${text(words)}</span>`}</td>` +
      `<td class="n">${step.line}</td><td class="n">${seconds(tookMs)}</td></tr>`
    );
  });
  return (
    '<div class="scroll" role="region" aria-label="Steps" tabindex="0"><table><thead><tr><th scope="col">Result</th><th scope="col">At</th><th scope="col">Actor</th><th scope="col">Step</th><th scope="col">Line</th><th scope="col">Took</th></tr></thead>' +
    `<tbody>${rows.join('')}</tbody></table></div>`
  );
}

function ladderOf(ladder: RunLadder, failed: ReadonlySet<number>, run: number, scenario: string): string {
  if (ladder.arrows.length === 0) return '<p class="quiet">No message crossed the sockets of the actors.</p>';
  const svg = ladderSvg(ladder, {
    label: `Ladder of ${scenario}`,
    failed,
    href: (arrow) => `#${messageId(run, arrow)}`,
  });
  return `<div class="scroll" role="region" aria-label="Ladder" tabindex="0">${svg}</div>`;
}

/** A link to the text opens the fold around it. */
function messageText(
  arrow: RunArrow,
  { lanes }: RunLadder,
  failed: ReadonlySet<number>,
  run: number,
): string {
  const isFailed = failed.has(arrow.index);
  const name = (lane: number): string => lanes[lane]?.name ?? '';
  const head = `${seconds(arrow.atMs)} ${name(arrow.from)} \u2192 ${name(arrow.to)}: ${arrowLabel(arrow)}${isFailed ? ' (a step failed on it)' : ''}`;
  const ends = `${arrow.captured.protocol.toUpperCase()} ${arrow.source} to ${arrow.destination}, ${arrow.message.bytes.length} octets`;
  return `<details${isFailed ? ' class="failed" open=""' : ''}><summary>${text(head)}</summary><p class="quiet">${text(ends)}</p><pre id="${messageId(run, arrow)}">\n${text(arrow.text)}</pre></details>`;
}
