import type { ReactNode } from 'react';
import type { TransactionMachine, TransactionRow } from '../../../../app/contract/state.ts';
import { formatSeconds, formatTimeOfDayMs } from '../../wire/index.ts';
import { Since, TimerBar, TimerText } from '../countdown.tsx';
import { formatTimer } from '../time-left.ts';
import { inputWords, timerPurpose, timerRfc } from '../transaction-words.ts';
import { Fact, Facts, Section, Value } from './facts.tsx';
import { StateFigure } from './state-figure.tsx';

export interface TransactionDetailsProps {
  readonly row: TransactionRow;
  readonly isOver: boolean;
  /** The one it runs, once it is known. */
  readonly machine: TransactionMachine | undefined;
}

/** A transaction: its timers as they run down, how it came to its state, and what can come next. @rfc 3261 §17 */
export function TransactionDetails({ row, isOver, machine }: TransactionDetailsProps): ReactNode {
  return (
    <>
      <Facts>
        <Fact name="State">
          {row.state}, {row.side} side
        </Fact>
        <Fact name="Began">
          {formatTimeOfDayMs(row.startedAtMs)}{' '}
          {!isOver && (
            <>
              <span className="dim">for</span> <Since atMs={row.startedAtMs} />
            </>
          )}
        </Fact>
        <Fact name="With">
          {row.protocol.toUpperCase()} <Value text={row.peer} />
        </Fact>
        <Fact name="Branch">
          <Value text={row.branch} />
        </Fact>
        <Fact name="Call-ID">
          {row.callId === '' ? <span className="dim">not kept any more</span> : <Value text={row.callId} />}
        </Fact>
      </Facts>
      <Section title="Timers">
        {row.timers.length === 0 || isOver ? (
          <p className="dim">{isOver ? 'None: the transaction is over.' : 'None is armed.'}</p>
        ) : (
          <ul className="sttimerlist">
            {row.timers.map((timer) => (
              <li key={timer.name}>
                <b className="semi">{timer.name}</b>
                <span>
                  {timerPurpose(timer.name)} <span className="dim nw">{timerRfc(timer.name)}</span>
                </span>
                <span className="nw">
                  <TimerText timer={timer} /> <span className="dim">of {formatTimer(timer.delayMs)}</span>
                </span>
                <TimerBar timer={timer} />
              </li>
            ))}
          </ul>
        )}
      </Section>
      {machine !== undefined && <StateFigure machine={machine} row={row} isOver={isOver} />}
      <Section title="History">
        {row.history.length === 0 ? (
          <p className="dim">
            Nothing yet: changes are noted while this screen is shown, and this transaction has not changed
            since.
          </p>
        ) : (
          <ol className="sthistory">
            {row.history.map(({ atMs, from, to, input, rfc }, i) => (
              <li key={`${atMs} ${i}`}>
                <span className="mono r dim">{formatSeconds(Math.max(0, atMs - row.startedAtMs))}</span>
                <span>
                  {inputWords(input)}
                  {from !== to && (
                    <>
                      <span className="dim">, {from === 'idle' ? 'now' : `${from} →`} </span>
                      <b className="semi">{to}</b>
                    </>
                  )}{' '}
                  <span className="dim nw">{rfc}</span>
                </span>
              </li>
            ))}
          </ol>
        )}
      </Section>
    </>
  );
}
