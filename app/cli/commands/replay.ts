import { Command, Option } from 'commander';
import { Gate } from '../../../scenarios/engine/gate.ts';
import { RunTrace } from '../../../scenarios/engine/run-trace.ts';
import { planReplay, type ReplayPlan } from '../../../scenarios/replay/plan.ts';
import { PACES, replay, type Pace, type ReplayView } from '../../../scenarios/replay/replay.ts';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import type { Protocol } from '../../../stack/core/address.ts';
import { bindLane } from '../../servers/bind-lane.ts';
import { credentialOptions, dnsOption, transportOption } from '../agent-flags.ts';
import { commandIds } from '../command-ids.ts';
import { credentialsOf } from '../credentials.ts';
import { type CliIo, usageError } from '../io.ts';
import { harmless } from '../printable.ts';
import { MARKS, sideBySide } from '../replay/side-by-side.ts';
import { callIdOption, recordedDialogs } from '../scenario/recorded-dialogs.ts';
import { OUTCOME_EXIT_CODES } from '../scenario/outcome-exit-codes.ts';
import { reportOptions, writeReports, type ReportFlags } from '../scenario/write-reports.ts';
import { styleFor } from '../style.ts';
import { repeated, wholeNumber, type Subcommand } from '../subcommand.ts';
import { resolveTarget } from '../target.ts';

interface Flags extends ReportFlags {
  readonly target: string;
  readonly transport?: Protocol;
  readonly dnsServer?: readonly string[];
  readonly lane?: readonly string[];
  readonly callId?: readonly string[];
  readonly pace: Pace;
  readonly timeout?: number;
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly json?: boolean;
}

const LONGEST_TIMEOUT_SEC = 3600;
const STEP_HELP = 'Enter or n sends what is held, g lets everything go, Ctrl+C stops';

/** `sipctl replay CAPTURE`: plays lanes of a capture against a live target, and shows both ladders side by side. */
export const replayCommand: Subcommand = {
  json: {
    row: 'original and replayed (number of the message in its ladder), difference (equal, changed, added, removed, moved, aside, pending, closing), sentences',
    verdict: 'file, scenario, outcome (pass, fail, error, stopped), reason, tookMs, differences',
  },
  examples: [
    'replay calls.pcapng --target 127.0.0.1:5060',
    'replay calls.pcapng --call-id 1-2345@127.0.0.1 --target sip:127.0.0.1:5060 --pace fast',
    'replay calls.pcapng --lane alice --lane bob --target 192.0.2.1:5060 --user alice --password-file pw',
    'replay calls.pcapng --target 127.0.0.1:5060 --report-json report.json --pcap again.pcapng',
  ],
  command: (io, done) => {
    const command = new Command('replay')
      .description(
        'Play one or more lanes of a capture against a live target: what they sent is sent again, octet by octet but for what has to follow the live peer (addresses, Call-ID, tags, branches, routes, credentials), and what came is waited for. Both ladders are printed side by side, with what differs in sentences. Exit 0 when nothing differs, 1 when something does, 2 when there is nothing to play, 3 when it could not run, 130 when stopped: calls are ended then.',
      )
      .argument('<capture>', 'pcapng or pcap file, gzip too; - for standard input')
      .requiredOption('--target <HOST:PORT>', 'Who stands for everybody that is not played; a SIP URI too.')
      .addOption(
        new Option(
          '--lane <NAME>',
          'Who is played, by name or HOST:PORT; repeatable. By default whoever sent the first request.',
        ).argParser(repeated),
      )
      .addOption(callIdOption())
      .addOption(
        new Option(
          '--pace <PACE>',
          'original keeps the pauses of the capture, fast makes none, step holds each message until a key is pressed.',
        )
          .choices(PACES)
          .default('original'),
      )
      .addOption(
        new Option(
          '--timeout <SECONDS>',
          'How long a message is waited for; 32 by default, longer where it was recorded to take longer.',
        ).argParser(wholeNumber(1, LONGEST_TIMEOUT_SEC)),
      )
      .addOption(transportOption())
      .addOption(dnsOption())
      .option('--json', 'Print one JSON object for each row and one for the verdict.')
      .action(async (path: string, flags: Flags) => {
        done(await play(path, flags, io));
      });
    for (const option of [...credentialOptions(), ...reportOptions()]) command.addOption(option);
    return command;
  },
};

/** @returns the exit code. @throws CliError 2, 3 */
async function play(path: string, flags: Flags, io: CliIo): Promise<number> {
  const plan = planReplay(await recordedDialogs(path, flags.callId, io), flags.lane);
  if (typeof plan === 'string') throw usageError(`${path}: ${harmless(plan)}`);
  const { keys } = io;
  if (flags.pace === 'step' && keys === undefined)
    throw usageError('--pace step waits for keys: standard input has to be a terminal');
  for (const note of plan.notes) io.err(`${harmless(note)}\n`);
  const ids = commandIds(io);
  const clock = createSystemClock();
  const gate = new Gate();
  const stopKeys = flags.pace === 'step' ? keys?.((key) => press(gate, key)) : undefined;
  try {
    const credentials = await credentialsOf(flags, io, ids);
    const [main] = plan.peers;
    const transport = flags.transport ?? main?.protocol;
    const { hop } = await resolveTarget(
      flags.target,
      { transport, dnsServer: flags.dnsServer },
      { clock, ids },
    );
    const trace = new RunTrace();
    const startedAt = new Date(clock.wallMs()).toISOString();
    if (flags.pace === 'step') io.err(`${STEP_HELP}\n`);
    const { verdict, comparison } = await replay(plan, {
      clock,
      ids,
      target: { address: hop.address, ...(hop.serverName !== undefined && { serverName: hop.serverName }) },
      pace: flags.pace,
      gate,
      credentials,
      timeoutMs: flags.timeout === undefined ? undefined : flags.timeout * 1000,
      signal: io.signal,
      trace,
      bind: (lane) => bindLane(lane, { target: hop.address, protocol: flags.transport, clock, env: io.env }),
      onProgress: flags.pace === 'step' ? sayHeld(io) : undefined,
    });
    if (comparison !== undefined) tell(plan, comparison, flags, io);
    const { scenario, outcome, reason, tookMs } = verdict;
    const differences = comparison?.differences ?? [];
    if (flags.json === true)
      io.out(
        `${JSON.stringify({ event: 'verdict', file: path, scenario, outcome, reason, tookMs: Math.round(tookMs), differences })}\n`,
      );
    else io.out(`${verdictText(outcome, reason, differences.length)}\n`);
    const { messages, leftOut } = trace;
    await writeReports(flags, [{ file: path, verdict, startedAt, messages, leftOut, differences }]);
    return OUTCOME_EXIT_CODES[outcome];
  } finally {
    stopKeys?.();
    clock.dispose();
  }
}

function press(gate: Gate, key: string): void {
  if (key === 'g') gate.open();
  else if (key === '\r' || key === '\n' || key === 'n') gate.step();
}

/** Says what is held, once. */
function sayHeld(io: CliIo): (view: () => ReplayView) => void {
  let said: string | undefined;
  return (view) => {
    const { held } = view();
    if (held !== undefined && held !== said) io.err(`Held: ${harmless(held)}\n`);
    said = held;
  };
}

function tell(plan: ReplayPlan, comparison: Parameters<typeof sideBySide>[1], flags: Flags, io: CliIo): void {
  const { rows, differences } = comparison;
  if (flags.json === true) {
    const number = (at: number | undefined): number | undefined => (at === undefined ? undefined : at + 1);
    for (const { original, replayed, difference, sentences } of rows)
      io.out(
        `${JSON.stringify({ event: 'row', original: number(original), replayed: number(replayed), difference, sentences })}\n`,
      );
    return;
  }
  const style = styleFor(io);
  for (const line of sideBySide(plan, comparison, io.columns, style)) io.out(`${line}\n`);
  for (const text of differences) io.out(`${style(MARKS.changed, 'warning')} ${harmless(text)}\n`);
}

function verdictText(
  outcome: keyof typeof OUTCOME_EXIT_CODES,
  reason: string | undefined,
  count: number,
): string {
  switch (outcome) {
    case 'pass':
      return 'No differences.';
    case 'fail':
      return `${count} ${count === 1 ? 'difference' : 'differences'}.`;
    case 'error':
      return harmless(`Could not run: ${reason ?? ''}.`);
    case 'stopped':
      return 'Stopped.';
  }
}
