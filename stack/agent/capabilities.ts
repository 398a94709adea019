/** What a handler says about itself. */
export interface Capable {
  /** The methods it serves; Allow is made of them. */
  readonly methods: readonly string[];
  /** Option tags it implements; Supported is made of them. */
  readonly supported?: readonly string[];
  /** The media types it understands in the requests it serves, such as `application/sdp` or `text/*`; bodies are ignored when left out. */
  readonly accept?: readonly string[];
  /** Event packages it notifies of; Allow-Events is made of them. @rfc 6665 §8.2.2 */
  readonly allowEvents?: readonly string[];
  /** Info Packages it takes, names in lower case; Recv-Info is made of them. @rfc 6086 §5.2 */
  readonly infoPackages?: readonly string[];
  /** Schemes of a Request-URI that it understands beside sip and sips. @rfc 3261 §8.2.2.1 */
  readonly schemes?: readonly string[];
  /** Media types understood with one method, where they differ; a list of handlers asks its members. */
  acceptFor?(method: string): readonly string[] | undefined;
}

/** What a server can do, as its handlers say: the source of Allow, Accept and Supported. */
export interface Capabilities {
  readonly methods: ReadonlySet<string>;
  readonly supported: ReadonlySet<string>;
  /** Of a Request-URI, beside sip and sips. */
  readonly schemes: ReadonlySet<string>;
  /** Media types understood with a method; undefined: bodies of that method are ignored. */
  acceptFor(method: string): readonly string[] | undefined;
  /** Header values; undefined where the list is empty and the header is left out. */
  readonly allow: string | undefined;
  readonly accept: string | undefined;
  readonly supportedValue: string | undefined;
  readonly allowEvents: string | undefined;
  readonly recvInfo: string | undefined;
}

/** Derives capabilities from what is really served, so that a header never promises what a handler refuses. @rfc 3261 §11.2 */
export function capabilitiesOf(handler: Capable, alsoServed: readonly string[] = []): Capabilities {
  const methods = new Set([...handler.methods, ...alsoServed]);
  const supported = new Set(handler.supported ?? []);
  return {
    methods,
    supported,
    schemes: new Set(handler.schemes ?? []),
    acceptFor: (method) =>
      handler.acceptFor === undefined ? acceptOf(handler, method) : handler.acceptFor(method),
    allow: listValue(methods),
    accept: listValue(handler.accept ?? []),
    supportedValue: listValue(supported),
    allowEvents: listValue(handler.allowEvents ?? []),
    recvInfo: listValue(handler.infoPackages ?? []),
  };
}

function acceptOf(handler: Capable, method: string): readonly string[] | undefined {
  return handler.methods.includes(method) ? handler.accept : undefined;
}

function listValue(items: Iterable<string>): string | undefined {
  const value = [...items].join(', ');
  return value === '' ? undefined : value;
}

/** Whether `mediaType` (lower case, without parameters) is one of `accepted`, which may hold ranges such as `text/*`. */
export function acceptsMediaType(accepted: readonly string[], mediaType: string): boolean {
  return accepted.some(
    (range) =>
      range === mediaType ||
      range === '*/*' ||
      (range.endsWith('/*') && mediaType.startsWith(range.slice(0, -1))),
  );
}
