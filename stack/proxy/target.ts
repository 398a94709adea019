import type { Binding, BindingFlow } from '../registrar/location.ts';

/** One member of the target set. @rfc 3261 §16.5 */
export interface Target {
  /** Request-URI of the copy. */
  readonly uri: string;
  /** Route values put above those the request has: the Path of a binding. @rfc 3327 §5.3 */
  readonly routes: readonly string[];
  /** Higher ones are tried first. */
  readonly q: number;
  /** The only connection that leads there. @rfc 5626 §5.3 */
  readonly flow?: BindingFlow | undefined;
  /** What the caller hears when that connection is gone: 430 where he has named it, else 480. @rfc 5626 §5.3.2 */
  readonly flowFailure?: 430 | 480 | undefined;
  /** A connection that may be there still and is better than a new one. @rfc 5923 */
  readonly connection?: BindingFlow | undefined;
  /** Devices with several flows are called over one of them at a time. @rfc 5626 §7 */
  readonly instanceId?: string | undefined;
}

/** Where a binding sends requests. */
export function targetOf(binding: Binding): Target {
  const { contactUri: uri, path: routes, q, flow, instanceId } = binding;
  if (flow === undefined || routes.length > 0) return { uri, routes, q, instanceId };
  if (binding.regId !== undefined || isUnreachable(flow, uri))
    return { uri, routes, q, instanceId, flow, flowFailure: 480 };
  const connection = flow.holder === undefined ? flow : undefined;
  return { uri, routes, q, instanceId, connection };
}

/** Behind a WebSocket nobody listens, and a name below `.invalid` does not exist. @rfc 7118 §5, RFC 2606 §2 */
function isUnreachable({ protocol }: BindingFlow, contactUri: string): boolean {
  return protocol === 'ws' || protocol === 'wss' || /\.invalid(?=[:;?>]|$)/i.test(contactUri);
}

/** Targets called at the same time; each is a list of ways to one device, to be tried in order. */
export type Group<T = Target> = readonly (readonly T[])[];

/** How several targets are called: those of the same q at once and lower ones later, all at once, or one after the other. */
export type Forking = 'by-q' | 'parallel' | 'sequential';

/** @rfc 3261 §16.6, RFC 5626 §7 */
export function groupsOf<T extends Pick<Target, 'instanceId'> & { readonly q?: number }>(
  targets: readonly T[],
  forking: Forking,
): readonly Group<T>[] {
  const devices: T[][] = [];
  const byInstance = new Map<string, T[]>();
  for (const target of [...targets].sort((a, b) => (b.q ?? 1) - (a.q ?? 1))) {
    const known = target.instanceId === undefined ? undefined : byInstance.get(target.instanceId);
    if (known !== undefined) {
      known.push(target);
      continue;
    }
    const device = [target];
    devices.push(device);
    if (target.instanceId !== undefined) byInstance.set(target.instanceId, device);
  }
  if (forking === 'parallel') return devices.length === 0 ? [] : [devices];
  const groups: T[][][] = [];
  let lastQ: number | undefined;
  for (const device of devices) {
    const q = device[0]?.q ?? 1;
    const group = groups.at(-1);
    if (group !== undefined && forking === 'by-q' && q === lastQ) group.push(device);
    else groups.push([device]);
    lastQ = q;
  }
  return groups;
}
