import { formatAddress } from '../../stack/core/address.ts';
import { callId } from '../../stack/message/headers/simple.ts';
import { decodeText, encodeText, octetText } from '../../stack/message/octets.ts';
import { parseMessage } from '../../stack/message/parse.ts';
import { titleOf } from '../engine/match.ts';
import type { RunMessage } from '../engine/run-trace.ts';
import { countOf, type ReportedRun } from './reported-run.ts';

const REPORT_VERSION = 1;

const rounded = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Everything about some runs for programs: verdicts, steps, and each message with its octets. Times are milliseconds since the run began. */
export function jsonReport(runs: readonly ReportedRun[], creator: string): string {
  const totals = {
    runs: runs.length,
    passed: countOf(runs, 'pass'),
    failed: countOf(runs, 'fail'),
    errors: countOf(runs, 'error'),
    stopped: countOf(runs, 'stopped'),
  };
  return `${JSON.stringify({ version: REPORT_VERSION, creator, totals, runs: runs.map(runJson) }, undefined, 2)}\n`;
}

function runJson({ file, verdict, startedAt, messages, leftOut, differences }: ReportedRun): object {
  const { scenario, outcome, reason, steps, tookMs, variables } = verdict;
  return {
    file,
    scenario,
    outcome,
    reason,
    startedAt,
    tookMs: rounded(tookMs),
    variables,
    steps: steps.map(({ step: { id, title, line }, atMs, tookMs: stepMs, ...rest }) => ({
      id,
      title,
      line,
      ...rest,
      atMs: rounded(atMs),
      tookMs: rounded(stepMs),
      messages: messages
        .filter((one) => one.stepId === id && one.actor === rest.actor)
        .map((one) => one.index),
    })),
    messages: messages.map(messageJson),
    messagesLeftOut: leftOut,
    differences,
  };
}

function messageJson({
  index,
  actor,
  direction,
  protocol,
  local,
  remote,
  atMs,
  stepId,
  bytes,
}: RunMessage): object {
  const message = parseMessage(bytes);
  const octets = octetText(bytes);
  const text = decodeText(octets);
  const isText = encodeText(text) === octets;
  return {
    index,
    actor,
    direction,
    protocol,
    local: formatAddress(local),
    remote: formatAddress(remote),
    atMs: rounded(atMs),
    stepId,
    title: decodeText(titleOf(message)),
    callId: decodeText(callId(message) ?? ''),
    ...(isText ? { text } : { octets: hexOf(bytes) }),
  };
}

/** Of what is not UTF-8 all the way through. */
const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
