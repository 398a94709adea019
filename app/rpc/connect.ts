import type { Contract, EventName, MethodName, Payload, Result } from '../contract/define.ts';
import { ContractError, ERROR_CODES, type ErrorCode } from '../contract/errors.ts';
import { MAX_REQUEST_CHARS, readFrame } from './frame.ts';
import type { Frame, MessageLink } from './link.ts';
import type { Backend } from './types.ts';

export interface ConnectOptions {
  readonly contractVersion: number;
  /** What lets this end in, where the other end asks for one. */
  readonly token?: string;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: ContractError) => void;
}

const disconnected = (): ContractError =>
  new ContractError('disconnected', 'The connection to the workbench is gone.');

function errorOf(frame: Frame & { t: 'err' }): ContractError {
  const code: ErrorCode = ERROR_CODES.find((known) => known === frame.code) ?? 'internal';
  return new ContractError(code, frame.message, frame.data);
}

/** Why a request cannot be sent; undefined when it can. */
function problemWith(params: unknown): string | undefined {
  try {
    const { length } = JSON.stringify(params);
    return length > MAX_REQUEST_CHARS - 1000
      ? `The request is too large: ${length} characters, at most ${MAX_REQUEST_CHARS - 1000} fit.`
      : undefined;
  } catch {
    return 'The request cannot be written as JSON.';
  }
}

/** Says hello, and resolves once the other end has welcomed us. */
function shakeHands(link: MessageLink, options: ConnectOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: ContractError): void => {
      stopFrames();
      stopClose();
      if (error === undefined) return resolve();
      link.close();
      reject(error);
    };
    // A frame that waited, or a link that has closed, may settle before these are known; then the link is closed anyway.
    let stopFrames = (): void => undefined;
    let stopClose = (): void => undefined;
    stopFrames = link.onFrame((value) => {
      const frame = readFrame(value);
      if (frame?.t === 'welcome') settle();
      else if (frame?.t === 'err') settle(errorOf(frame));
      else settle(new ContractError('version-mismatch', 'The other end does not speak this protocol.'));
    });
    stopClose = link.onClose(() => {
      settle(disconnected());
    });
    const { contractVersion, token } = options;
    link.send({ t: 'hello', contractVersion, ...(token === undefined ? {} : { token }) });
  });
}

/**
 * The near end of a contract. Results and payloads are taken as they come: the far end has checked them against the same contract version.
 * @throws ContractError 'version-mismatch' | 'unauthorized' | 'disconnected' when the far end does not let us in.
 */
export async function connect<C extends Contract>(
  _contract: C,
  link: MessageLink,
  options: ConnectOptions,
): Promise<Backend<C>> {
  await shakeHands(link, options);
  const pending = new Map<number, Pending>();
  const listeners = new Map<string, Set<(payload: never) => void>>();
  const endings = new Set<() => void>();
  let lastId = 0;
  let isClosed = false;

  const settle = (frame: Frame & { t: 'ok' | 'err' }): void => {
    const waiting = pending.get(frame.id);
    pending.delete(frame.id);
    if (frame.t === 'ok') waiting?.resolve(frame.result);
    else waiting?.reject(errorOf(frame));
  };
  link.onFrame((value) => {
    const frame = readFrame(value);
    if (frame?.t === 'ok' || frame?.t === 'err') settle(frame);
    if (frame?.t !== 'evt') return;
    for (const listener of [...(listeners.get(frame.event) ?? [])]) listener(frame.payload as never);
  });
  link.onClose(() => {
    isClosed = true;
    for (const { reject } of pending.values()) reject(disconnected());
    pending.clear();
    listeners.clear();
    for (const ended of [...endings]) ended();
    endings.clear();
  });

  return {
    call<M extends MethodName<C>>(method: M, params: unknown): Promise<Result<C, M>> {
      if (isClosed) return Promise.reject(disconnected());
      const problem = problemWith(params);
      if (problem !== undefined) return Promise.reject(new ContractError('bad-params', problem));
      return new Promise((resolve, reject) => {
        const id = ++lastId;
        pending.set(id, { resolve: resolve as (result: unknown) => void, reject });
        link.send({ t: 'req', id, method, params });
      });
    },
    on<E extends EventName<C>>(event: E, listener: (payload: Payload<C, E>) => void) {
      const entry = (payload: never): void => {
        listener(payload);
      };
      const known = listeners.get(event) ?? new Set();
      listeners.set(event, known.add(entry));
      if (known.size === 1) link.send({ t: 'sub', event });
      return () => {
        if (known.delete(entry) && known.size === 0) {
          if (listeners.get(event) === known) listeners.delete(event);
          link.send({ t: 'unsub', event });
        }
      };
    },
    onDisconnected(listener) {
      const entry = (): void => {
        listener();
      };
      endings.add(entry);
      return () => {
        endings.delete(entry);
      };
    },
    close() {
      link.close();
    },
  };
}
