import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Lab, LabCall, LabPhone } from '../../../app/contract/lab.ts';
import { Button, Spinner } from '../../ui/button.tsx';
import { Icon } from '../../ui/icon.tsx';
import { formatDuration } from '../wire/index.ts';
import './lab.css';
import { isCalling, isOn, type LabStore } from './lab-store.ts';
import type { LabActions } from './use-lab-actions.ts';

export interface LabBarProps {
  readonly store: LabStore;
  readonly actions: LabActions;
  readonly onServer: (id: string) => void;
}

/** The lab while it is on: its parts, its call, and what can be done. */
export function LabBar({ store, actions, onServer }: LabBarProps): ReactNode {
  const lab = useStore(store, (s) => s.lab);
  if (lab === undefined || !isOn(lab)) return null;
  const isRunning = lab.state === 'running' && lab.problem === undefined;
  return (
    <section className="lab" aria-label="Living lab">
      <Icon name="phone" size="s" />
      <span className="semi nw">Living lab</span>
      <Parts lab={lab} onServer={onServer} />
      <span className="grow lab-say" role="status">
        {lab.problem ?? (lab.call === undefined ? progressOf(lab) : <Call call={lab.call} />)}
      </span>
      {isRunning && isCalling(lab) && (
        <Button size="s" kind="danger" onClick={actions.hangUp}>
          Hang up
        </Button>
      )}
      {isRunning && !isCalling(lab) && (
        <>
          <Button
            size="s"
            icon="phone"
            onClick={() => {
              actions.call('alice');
            }}
          >
            Alice calls
          </Button>
          <Button
            size="s"
            icon="phone"
            onClick={() => {
              actions.call('bob');
            }}
          >
            Bob calls
          </Button>
        </>
      )}
      <Button size="s" disabled={lab.state !== 'running'} onClick={actions.stop}>
        Stop lab
      </Button>
    </section>
  );
}

function progressOf({ state }: Lab): string {
  switch (state) {
    case 'starting':
      return 'Starting a proxy and two phones…';
    case 'stopping':
      return 'Ending the call and stopping…';
    default:
      return '';
  }
}

function Parts({ lab, onServer }: { readonly lab: Lab; readonly onServer: (id: string) => void }): ReactNode {
  const { server } = lab;
  return (
    <ul className="lab-parts">
      {server !== undefined && (
        <li>
          <button
            type="button"
            className="lab-part"
            onClick={() => {
              onServer(server);
            }}
          >
            <i className={lab.problem === undefined ? 'dot run' : 'dot err'} />
            Proxy
          </button>
        </li>
      )}
      {lab.phones.map((phone) => (
        <li key={phone.name} className="lab-part" aria-label={`${nameOf(phone)}, ${phone.state}`}>
          {phone.state === 'registering' ? <Spinner /> : <i className={`dot ${DOTS[phone.state]}`} />}
          <span>{nameOf(phone)}</span>
          <span className="mono dim lab-address">{phone.address}</span>
        </li>
      ))}
    </ul>
  );
}

const DOTS: Readonly<Record<LabPhone['state'], string>> = {
  waiting: '',
  registering: '',
  registered: 'run',
  failed: 'err',
};

const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
const nameOf = ({ name }: LabPhone): string => capital(name);

const WORDS: Readonly<Record<LabCall['state'], string>> = {
  calling: 'calling',
  ringing: 'ringing',
  talking: 'in call',
  ended: 'ended',
};

function Call({ call }: { readonly call: LabCall }): ReactNode {
  const [nowMs, setNowMs] = useState(() => Date.now());
  const isLive = call.state !== 'ended';
  useEffect(() => {
    if (!isLive) return;
    const timer = setInterval(() => {
      setNowMs(Date.now());
    }, 1000);
    return () => {
      clearInterval(timer);
    };
  }, [isLive]);
  const elapsedMs = Math.max(0, Math.floor((nowMs - call.sinceMs) / 1000)) * 1000;
  return (
    <>
      {capital(call.from)} → {capital(call.to)}: {WORDS[call.state]}
      {isLive ? (
        <span aria-hidden="true"> {formatDuration(elapsedMs)}</span>
      ) : (
        call.outcome !== '' && `, ${call.outcome}`
      )}
    </>
  );
}
