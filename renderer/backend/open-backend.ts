import { CONTRACT_VERSION, workbench } from '../../app/contract/workbench.ts';
import { ContractError } from '../../app/contract/errors.ts';
import { connect } from '../../app/rpc/connect.ts';
import { portLink } from '../../app/rpc/port-link-browser.ts';
import { wsLink } from '../../app/rpc/ws-link-browser.ts';
import type { OpenBackend } from './live-backend.ts';

/** What the preload of the desktop shell puts on the window: asking for a port is all it can do. */
export interface Shell {
  hello(): void;
}

declare global {
  interface Window {
    readonly shell?: Shell;
  }
}

const TOKEN_KEY = 'siphon-token';
const PORT_WAIT_MS = 10_000;

/** How this page reaches its workbench: a port from the desktop shell, else a WebSocket to where the page came from. */
export function pickBackend(page: Window): OpenBackend {
  const { shell } = page;
  return shell === undefined ? overWebSocket(page, takeToken(page)) : overPort(page, shell);
}

/** The token from `#token=…`, kept for reloads of this tab and taken out of the address, so that it is not copied by accident. */
function takeToken(page: Window): string | undefined {
  const given = new URLSearchParams(page.location.hash.slice(1)).get('token');
  if (given !== null) {
    page.sessionStorage.setItem(TOKEN_KEY, given);
    page.history.replaceState(null, '', page.location.pathname + page.location.search);
  }
  return page.sessionStorage.getItem(TOKEN_KEY) ?? undefined;
}

function overWebSocket(page: Window, token: string | undefined): OpenBackend {
  return () => {
    const url = new URL('/rpc', page.location.href);
    url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
    return connect(workbench, wsLink(new WebSocket(url)), {
      contractVersion: CONTRACT_VERSION,
      ...(token === undefined ? {} : { token }),
    });
  };
}

function overPort(page: Window, shell: Shell): OpenBackend {
  return async () =>
    connect(workbench, portLink(await takePort(page, shell)), { contractVersion: CONTRACT_VERSION });
}

/** Listens before it asks, so that an answer cannot be missed. */
function takePort(page: Window, shell: Shell): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      page.removeEventListener('message', onMessage);
      page.clearTimeout(timer);
    };
    const onMessage = (event: MessageEvent): void => {
      const [port] = event.ports;
      if (event.source !== page || event.data !== 'workbench-port' || port === undefined) return;
      settle();
      resolve(port);
    };
    const timer = page.setTimeout(() => {
      settle();
      reject(new ContractError('disconnected', 'The desktop shell did not hand over a connection.'));
    }, PORT_WAIT_MS);
    page.addEventListener('message', onMessage);
    shell.hello();
  });
}
