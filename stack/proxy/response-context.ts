import type {
  ClientTransaction,
  Route,
  ServerTransaction,
  ServerTransactionUser,
} from '../transaction/types.ts';
import { bestResponse, type Final } from './best-response.ts';
import { Branch, type BranchHost } from './branch.ts';
import { breadthOf, sharesOf } from './breadth.ts';
import { redirectTargets } from './redirect-targets.ts';
import type { Group, Target } from './target.ts';
import { Upstream } from './upstream.ts';

/** What a response context needs of the proxy. */
export interface ContextHost extends Omit<BranchHost, 'onProvisional' | 'onFinal' | 'isInvite' | 'launch'> {
  /** Sends the copy for a target over one way. */
  launch(branch: Branch, target: Target, way: Route, context: ResponseContext): ClientTransaction;
  /** Time for the branches of one group before the next group has its turn; undefined leaves it to Timer C. */
  readonly groupTimeMs: number | undefined;
  readonly recursesRedirects: boolean;
  /** Answers in our own name. */
  answer(transaction: ServerTransaction, status: number): void;
  /** No branch is left and the final response is given. */
  onOver(context: ResponseContext): void;
}

/** A caller cannot be redirected through more targets than these. */
const MAX_TARGETS = 64;

/**
 * Everything between a request and its responses: opens branches for the target set, group by group, passes provisional responses and every 2xx on at once,
 * and the best of the others when all branches have ended.
 * @rfc 3261 §16.2, §16.7, §16.10
 */
export class ResponseContext implements ServerTransactionUser {
  readonly transaction: ServerTransaction;
  readonly isInvite: boolean;
  readonly upstream: Upstream;
  readonly #host: ContextHost;
  readonly #open = new Set<Branch>();
  readonly #finals: Final[] = [];
  readonly #tried = new Set<string>();
  readonly #branchHost: BranchHost;
  /** What no open branch has. @rfc 5393 §5.3.3 */
  #breadth: number;
  #groups: readonly Group[] = [];
  #groupTimer: { cancel(): void } | undefined;
  #hasTargets = false;
  /** No branch is opened any more: there is an answer, a 6xx, or the caller has given up. */
  #isClosed = false;
  #isCancelled = false;
  #isAnswered = false;
  #isStarting = false;
  #isSuccess = false;

  constructor(host: ContextHost, transaction: ServerTransaction) {
    this.#host = host;
    this.transaction = transaction;
    this.isInvite = transaction.kind === 'invite';
    this.upstream = new Upstream(transaction);
    this.#breadth = breadthOf(transaction.incoming.message);
    const { clock, timerCMs } = host;
    this.#branchHost = {
      clock,
      timerCMs,
      isInvite: this.isInvite,
      waysTo: (target, done) => {
        host.waysTo(target, done);
      },
      launch: (branch, target, way) => host.launch(branch, target, way, this),
      onProvisional: (status, message) => {
        if (!this.#isAnswered) this.upstream.relay(status, message);
      },
      onFinal: (branch, final) => {
        this.#onFinal(branch, final);
      },
    };
  }

  /** Whether a 2xx to an INVITE went upstream, whose ACK follows. */
  get isSuccess(): boolean {
    return this.#isSuccess;
  }

  /** Whether the final response is given. */
  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** The target set is known; called once, at once or later. */
  start(groups: readonly Group[]): void {
    this.#hasTargets = true;
    if (this.#isAnswered) return;
    this.#groups = groups;
    for (const target of groups.flat(2)) this.#tried.add(target.uri);
    this.#next();
  }

  /** Ends it with a response of our own before any branch was opened. */
  refuse(answer: () => void): void {
    if (this.#isAnswered) return;
    this.#isAnswered = true;
    this.#isClosed = true;
    answer();
    this.#host.onOver(this);
  }

  /** @rfc 3261 §16.10 */
  onCancelled(): void {
    this.#isCancelled = true;
    this.#close();
    if (this.#open.size === 0) this.#answerBest();
  }

  /** This node stops: what is still open is answered for and given up. @rfc 3261 §21.5.4 */
  abort(): void {
    if (!this.#isAnswered) this.#host.answer(this.transaction, 503);
    this.#isAnswered = true;
    this.#close();
  }

  /** Forgets everything without a word on the wire. */
  dispose(): void {
    this.#isAnswered = true;
    this.#groupTimer?.cancel();
    for (const branch of this.#open) branch.dispose();
    this.#open.clear();
  }

  #next(): void {
    this.#groupTimer?.cancel();
    const [group, ...others] = this.#groups;
    if (this.#isClosed || group === undefined) {
      this.#answerBest();
      return;
    }
    this.#groups = others;
    this.#openBranches(group);
    if (this.#host.groupTimeMs !== undefined && this.isInvite && this.#groups.length > 0)
      this.#groupTimer = this.#host.clock.after(this.#host.groupTimeMs, () => {
        for (const branch of [...this.#open]) branch.cancel('no-answer');
      });
    if (this.#open.size === 0 && !this.#isAnswered) this.#next();
  }

  /** All branches are counted before the first one can end. Those for whom no breadth is left have their turn later. @rfc 5393 §5.3.3 */
  #openBranches(devices: Group): void {
    const now = devices.slice(0, this.#breadth);
    if (now.length < devices.length) this.#groups = [devices.slice(now.length), ...this.#groups];
    const shares = sharesOf(this.#breadth, now.length);
    const branches = now.map((targets, place) => new Branch(this.#branchHost, targets, shares[place] ?? 1));
    if (now.length > 0) this.#breadth = 0;
    for (const branch of branches) this.#open.add(branch);
    this.#isStarting = true;
    for (const branch of branches) if (this.#open.has(branch)) branch.start();
    this.#isStarting = false;
  }

  #onFinal(branch: Branch, final: Final): void {
    this.#open.delete(branch);
    this.#breadth += branch.breadth;
    const { status, message } = final;
    if (status < 300 && message !== undefined) {
      if (this.isInvite || !this.#isAnswered) this.upstream.relay(status, message);
      this.#isSuccess = this.isInvite;
      this.#isAnswered = true;
      this.#close();
    } else if (!this.#isAnswered) {
      if (!this.#recurse(final)) this.#finals.push(final);
      if (status >= 600) this.#close();
    }
    if (this.#open.size > 0) return;
    if (this.#isAnswered) this.#host.onOver(this);
    else if (!this.#isStarting) this.#next();
  }

  /** Follows a redirection: its contacts join the targets at work. @returns whether it did. @rfc 3261 §16.5, §16.7 step 4 */
  #recurse({ status, message }: Final): boolean {
    if (!this.#host.recursesRedirects || this.#isClosed || message === undefined) return false;
    if (status < 300 || status > 399 || status === 380) return false;
    const targets = redirectTargets(message).filter(({ uri }) => !this.#tried.has(uri));
    if (targets.length === 0 || this.#tried.size + targets.length > MAX_TARGETS) return false;
    for (const { uri } of targets) this.#tried.add(uri);
    this.#openBranches(targets.map((target: Target) => [target]));
    return true;
  }

  /** From here on no branch is opened, and those that are open are given up. */
  #close(): void {
    this.#isClosed = true;
    this.#groups = [];
    this.#groupTimer?.cancel();
    for (const branch of [...this.#open]) branch.cancel('unwanted');
  }

  /** @rfc 3261 §16.7 steps 6, 7 */
  #answerBest(): void {
    // A CANCEL may come while the targets are still looked up.
    if (this.#isAnswered || (!this.#hasTargets && !this.#isCancelled)) return;
    this.#isAnswered = true;
    const best = bestResponse(this.#finals);
    const isSilence = best === undefined || (best.message === undefined && best.status === 408);
    if (this.#isCancelled && isSilence) this.#host.answer(this.transaction, 487);
    else if (best?.message === undefined || best.status === 503)
      this.#host.answer(this.transaction, ownStatus(best));
    else this.upstream.relay(best.status, best.message, this.#finals);
    this.#host.onOver(this);
  }
}

/** A 503 says that this proxy is overloaded, which it is not. A broken flow of a binding is not the caller's. @rfc 3261 §16.7 step 6 */
function ownStatus(best: Final | undefined): number {
  if (best === undefined) return 480;
  return best.status === 503 ? 500 : best.status;
}
