import type { ClientTransactionUser, Incoming } from '../transaction/types.ts';
import type { Branch } from './branch.ts';

/** Hears of the INVITE transaction of a branch. The transaction outlives the branch by 32 s; all that it holds then is this. */
export class InviteUser implements ClientTransactionUser {
  readonly onTerminated: () => void;
  #branch: Branch | undefined;

  constructor(branch: Branch, onTerminated: () => void) {
    this.#branch = branch;
    this.onTerminated = onTerminated;
  }

  onResponse(response: Incoming): void {
    const { startLine } = response.message;
    const branch = this.#branch;
    if (startLine.kind === 'response' && startLine.status >= 200) this.#branch = undefined;
    branch?.onResponse(response);
  }

  onTimeout(): void {
    this.#branch?.onTimeout();
  }

  onTransportFailed(): void {
    this.#branch?.onTransportFailed();
  }
}
