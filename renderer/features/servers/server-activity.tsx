import type { ReactNode } from 'react';
import type { ServerInfo } from '../../../app/contract/servers.ts';
import { useNow } from '../../ui/use-now.ts';
import { formatCount, formatDuration } from '../wire/index.ts';
import { formatListener, healthOf } from './server-health.ts';
import type { RateSample } from './servers-store.ts';

export interface ServerActivityProps {
  readonly server: ServerInfo;
  readonly rates: readonly RateSample[];
}

/** What a running server does right now, in figures and one curve. */
export function ServerActivity({ server, rates }: ServerActivityProps): ReactNode {
  const nowMs = useNow();
  const { stats, listeners, startedAtMs, state } = server;
  if (state !== 'running')
    return (
      <p className="dim activity-none">
        {state === 'starting' || state === 'stopping' ? healthOf(server).text : 'Not running.'}
      </p>
    );
  return (
    <div className="activity">
      <dl className="figures">
        <Fact name="Messages/s" value={formatCount(stats.messagesPerSec)} />
        <Fact name="Messages" value={formatCount(stats.messages)} />
        <Fact name="Active calls" value={formatCount(stats.activeCalls)} />
        <Fact name="Transactions" value={formatCount(stats.activeTransactions)} />
      </dl>
      <RateCurve rates={rates} nowMs={nowMs} />
      <dl className="plain">
        <div>
          <dt>Listening on</dt>
          <dd className="mono">
            {listeners.map((l) => (
              <span key={formatListener(l)}>{formatListener(l)}</span>
            ))}
          </dd>
        </div>
        <div>
          <dt>Running for</dt>
          <dd>{runningFor(startedAtMs, nowMs)}</dd>
        </div>
        <div>
          <dt>Loop lag</dt>
          <dd>{formatCount(stats.loopLagMs)} ms</dd>
        </div>
      </dl>
    </div>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

const SPAN_MS = 60_000;
const WIDTH = 360;
const HEIGHT = 44;

/** Messages per second over the last minute, in steps as they were told. */
function RateCurve({
  rates,
  nowMs,
}: {
  readonly rates: readonly RateSample[];
  readonly nowMs: number;
}): ReactNode {
  const recent = rates.filter((r) => nowMs - r.atMs < SPAN_MS);
  const peak = Math.max(0, ...recent.map((r) => r.perSec));
  const x = (atMs: number): number => WIDTH - ((nowMs - atMs) / SPAN_MS) * WIDTH;
  const y = (perSec: number): number => HEIGHT - 1 - (perSec / Math.max(1, peak)) * (HEIGHT - 6);
  const [first] = recent;
  const steps = recent.slice(1).map((r) => `H${x(r.atMs).toFixed(1)}V${y(r.perSec).toFixed(1)}`);
  const line =
    first === undefined
      ? ''
      : `M${x(first.atMs).toFixed(1)} ${y(first.perSec).toFixed(1)}${steps.join('')}H${WIDTH}`;
  const start = first === undefined ? WIDTH : x(first.atMs);
  return (
    <figure className="curve">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        {line !== '' && <path className="area" d={`${line}V${HEIGHT}H${start.toFixed(1)}Z`} />}
        {line !== '' && <path className="line" d={line} />}
      </svg>
      <figcaption className="meta dim">
        <span>60 s ago</span>
        <span>peak {formatCount(peak)}/s</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

function runningFor(startedAtMs: number | undefined, nowMs: number): string {
  if (startedAtMs === undefined) return 'unknown';
  const sec = Math.floor((nowMs - startedAtMs) / 1000);
  return sec < 1 ? 'just started' : formatDuration(sec * 1000);
}
