import { Emitter, type Unsubscribe } from '../../core/emitter.ts';
import { resourceOf } from '../resource.ts';

/** States by resource, as a package of events reads them. */
export interface ResourceStates<S> {
  /** @param uri - any way of writing the address of the resource. */
  get(uri: string): S | undefined;
  onChanged(listener: (resource: string) => void): Unsubscribe;
}

/** States by resource, set by whoever knows them. */
export class StateTable<S> implements ResourceStates<S> {
  readonly #states = new Map<string, S>();
  readonly #changed = new Emitter<string>();

  get(uri: string): S | undefined {
    return this.#states.get(resourceOf(uri));
  }

  /** Replaces the state of a resource; undefined takes it away. */
  set(uri: string, state: S | undefined): void {
    const resource = resourceOf(uri);
    if (state === undefined) this.#states.delete(resource);
    else this.#states.set(resource, state);
    this.#changed.emit(resource);
  }

  onChanged(listener: (resource: string) => void): Unsubscribe {
    return this.#changed.on(listener);
  }
}
