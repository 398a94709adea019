import { Command, Option } from 'commander';
import { createSystemClock } from '../../../stack/core/node/system-clock.ts';
import { type ApiFlags, withApi, withApiOptions } from '../api-client.ts';
import { type CliIo, environmentError, EXIT, usageError } from '../io.ts';
import { styleFor } from '../style.ts';
import { type Subcommand, wholeNumber } from '../subcommand.ts';
import { fileQuestions } from '../trace/file-questions.ts';
import { followTraffic } from '../trace/follow-traffic.ts';
import { LadderText } from '../trace/ladder-text.ts';
import { type News, TrafficSource } from '../trace/traffic-source.ts';

interface Flags extends ApiFlags {
  readonly filter: string;
  readonly past?: boolean;
  readonly count: number;
  readonly hep?: string;
  readonly json?: boolean;
}

/** `sipctl trace`: a ladder in the terminal, of a running node or of a capture that we have written. */
export const traceCommand: Subcommand = {
  json: {
    message:
      'id, atMs (since 1970), callId, dialogId, direction, protocol, source, destination, kind, method, status, reason, cseq, branch, hasToTag, sdp, sizeBytes, retransmissionOf, findings, worst, serverId',
  },
  examples: [
    'trace calls.pcapng',
    "trace calls.pcapng --filter 'sip.Method == INVITE' --json",
    'trace --api http://127.0.0.1:8080 --token TOKEN',
  ],
  command: (io, done) =>
    withApiOptions(
      new Command('trace')
        .description(
          'Draw the ladder of what a running siphond or workbench sends and gets, as it happens, or of a capture written by one. Exit 0 when it had messages.',
        )
        .argument('[file]', 'capture: pcapng or pcap of any program, gzip too; - for standard input'),
    )
      .option('--filter <TEXT>', "Only dialogs that match; Wireshark's names, as in the workbench.", '')
      .option('--past', 'Begin with what was recorded before.')
      .option('--count <N>', 'End after so many messages; 0 goes on.', wholeNumber(0, 1_000_000_000), 0)
      .addOption(new Option('--hep <HOST:PORT>').hideHelp())
      .option('--json', 'Print one JSON object a message.')
      .action(async (file: string | undefined, flags: Flags) => {
        if (flags.hep !== undefined) throw usageError('--hep: listening for HEP comes with a later version');
        if ((file === undefined) === (flags.api === undefined))
          throw usageError('say what to trace: a file, or a running node by --api URL');
        const shown = file === undefined ? await live(flags, io) : await recorded(file, flags, io);
        done(io.signal.aborted ? EXIT.interrupted : shown > 0 ? EXIT.ok : EXIT.negative);
      }),
};

/** @returns how many messages were shown. */
async function recorded(file: string, flags: Flags, io: CliIo): Promise<number> {
  const clock = createSystemClock();
  try {
    const source = new TrafficSource(await fileQuestions(file, io, clock), flags.filter);
    return printer(flags, io)(await source.news());
  } finally {
    clock.dispose();
  }
}

function live(flags: Flags, io: CliIo): Promise<number> {
  return withApi(flags, io, async (backend) => {
    const source = new TrafficSource(
      {
        query: (params) => backend.call('dialogs.query', params),
        ladder: (params) => backend.call('dialogs.ladder', params),
      },
      flags.filter,
    );
    const print = printer(flags, io);
    if (flags.past !== true) await source.news();
    let shown = 0;
    const end = await followTraffic(backend, io.signal, async () => {
      shown = print(await source.news());
      return flags.count === 0 || shown < flags.count;
    });
    if (end === 'disconnected') throw environmentError('the node at the other end of the API is gone');
    return shown;
  });
}

/** Prints messages until there are enough. @returns a function that tells how many were printed so far. */
function printer({ count, json }: Flags, io: CliIo): (news: News) => number {
  const names = new Map<string, string>();
  const ladder = new LadderText({
    columns: io.columns,
    nameOf: (address) => names.get(address),
    style: styleFor(io),
    time: (atMs) => new Date(atMs).toISOString().slice(11, 23),
  });
  let shown = 0;
  return ({ messages, lanes }) => {
    for (const { address, name } of lanes) if (name !== address) names.set(address, `${name} ${address}`);
    for (const message of messages) {
      if (count > 0 && shown >= count) break;
      shown++;
      const lines =
        json === true ? [JSON.stringify({ event: 'message', ...message })] : ladder.lines(message);
      for (const line of lines) io.out(`${line}\n`);
    }
    return shown;
  };
}
