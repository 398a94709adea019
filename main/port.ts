import { ipcMain, MessageChannelMain, type WebFrameMain } from 'electron';
import type { Logger } from '../stack/core/logger.ts';
import { CONTRACT_VERSION, workbench as contract } from '../app/contract/workbench.ts';
import { portNodeLink } from '../app/rpc/port-link-node.ts';
import { serve } from '../app/rpc/serve.ts';
import type { RunningWorkbench } from '../app/workbench.ts';
import { ORIGIN } from './protocol.ts';

const isOwnPage = (frame: WebFrameMain | null): boolean => frame?.origin === ORIGIN && frame.parent === null;

/** Hands a port to every page of ours that says hello, and answers the contract on it. */
export function handPorts(workbench: RunningWorkbench, log: Logger): void {
  ipcMain.on('workbench-hello', ({ sender, senderFrame }) => {
    if (!isOwnPage(senderFrame)) {
      log.warn('a page that is not ours asked for the workbench', { origin: senderFrame?.origin });
      return;
    }
    const { port1, port2 } = new MessageChannelMain();
    serve(contract, workbench.handlers, workbench.events, portNodeLink(port2), {
      contractVersion: CONTRACT_VERSION,
      report: (what, error) => {
        log.error(what, { reason: error instanceof Error ? (error.stack ?? error.message) : String(error) });
      },
    });
    sender.postMessage('workbench-port', undefined, [port1]);
  });
}
