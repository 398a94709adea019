// Measures parsing in a process of its own: `route` reads what a server needs to route a message, `all` reads every typed header.
import sip from 'sip';
import { CORPUS } from '../stack/testing/corpus.ts';
import { parseMessage } from '../stack/message/parse.ts';
import { cseq } from '../stack/message/headers/cseq.ts';
import { callId } from '../stack/message/headers/simple.ts';
import { fromHeader, toHeader } from '../stack/message/headers/name-addr.ts';
import { topVia } from '../stack/message/headers/via.ts';
import { readEveryHeader } from './read-every-header.mjs';

const SLICE_MS = 600;
let sink = 0;

const ready = {
  route: (bytes) => {
    const message = parseMessage(bytes);
    sink +=
      (topVia(message)?.branch?.length ?? 0) +
      (fromHeader(message)?.tag?.length ?? 0) +
      (toHeader(message)?.tag?.length ?? 0) +
      (callId(message)?.length ?? 0) +
      (cseq(message)?.number ?? 0);
  },
  all: (bytes) => {
    sink += readEveryHeader(parseMessage(bytes));
  },
};

const yardstick = (bytes) => {
  const message = sip.parse(bytes.toString('binary'));
  sink += message.headers.via.length + message.headers.cseq.seq;
};

/** Messages per second over the corpus, for one time slice. */
function rate(work) {
  const messages = CORPUS.map(({ bytes }) => Buffer.from(bytes));
  const started = performance.now();
  let done = 0;
  while (performance.now() - started < SLICE_MS) {
    for (let i = 0; i < 50; i++) for (const bytes of messages) work(bytes);
    done += 50 * messages.length;
  }
  return (done * 1000) / (performance.now() - started);
}

const work = ready[process.argv[2]];
rate(work);
rate(yardstick);
const result = { value: rate(work), yardstick: rate(yardstick) };
if (sink === 0) throw new Error('nothing was read');
process.send(result);
