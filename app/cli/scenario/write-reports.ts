import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Option } from 'commander';
import { htmlReport } from '../../../scenarios/report/html.ts';
import { jsonReport } from '../../../scenarios/report/json.ts';
import { junitReport } from '../../../scenarios/report/junit.ts';
import { failuresOf, runLadder } from '../../../scenarios/report/run-ladder.ts';
import type { ReportedRun } from '../../../scenarios/report/reported-run.ts';
import { fileReason } from '../../services/storage/file-reason.ts';
import { createPcapngWriter } from '../../services/traffic/pcapng.ts';
import { environmentError } from '../io.ts';
import { PRODUCT_VERSION } from '../version.ts';

export interface ReportFlags {
  readonly junit?: string;
  readonly html?: string;
  readonly reportJson?: string;
  readonly pcap?: string;
}

/** The options of every command that reports on runs. */
export const reportOptions = (): readonly Option[] => [
  new Option('--junit <FILE>', 'Write a JUnit report; it names the other files as attachments.'),
  new Option('--html <FILE>', 'Write a report to read: steps, ladder and messages in one file.'),
  new Option('--report-json <FILE>', 'Write verdicts, steps and messages as JSON.'),
  new Option('--pcap <FILE>', 'Write the messages of all runs as pcapng.'),
];

const CREATOR = `Siphon Workbench ${PRODUCT_VERSION}`;

/** Writes the reports that were asked for. @throws CliError 3 */
export async function writeReports(
  { junit, html, reportJson, pcap }: ReportFlags,
  runs: readonly ReportedRun[],
): Promise<void> {
  if (pcap !== undefined) await write(pcap, captureOf(runs));
  if (html !== undefined) await write(html, htmlReport(runs, CREATOR));
  if (reportJson !== undefined) await write(reportJson, jsonReport(runs, CREATOR));
  const attachments = [pcap, html, reportJson].flatMap((path) => (path === undefined ? [] : resolve(path)));
  if (junit !== undefined) await write(junit, junitReport(runs, attachments));
}

/** Each message carries the steps it belongs to as a comment, and FAIL where one failed on it. */
function captureOf(runs: readonly ReportedRun[]): Uint8Array {
  const chunks: Uint8Array[] = [];
  const writer = createPcapngWriter({ write: (chunk) => chunks.push(chunk.slice()) });
  for (const { verdict, messages } of runs) {
    const ladder = runLadder(messages);
    const failures = [...failuresOf(verdict.steps, ladder)];
    for (const arrow of ladder.arrows) {
      const names = arrow.steps.map(({ actor, stepId }) => `${actor}: ${stepId}`);
      const failed = failures.find(([, on]) => on === arrow)?.[0];
      const reason = failed === undefined ? [] : [`FAIL: ${failed.reason ?? ''}`];
      writer.add(arrow.captured, { comment: [verdict.scenario, ...names, ...reason].join(', ') });
    }
  }
  writer.flush();
  return Buffer.concat(chunks);
}

async function write(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(path, content).catch((error: unknown) => {
    throw environmentError(`${path}: ${fileReason(error)}`);
  });
}
