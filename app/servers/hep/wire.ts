/** The way to a collector. */
export interface Wire {
  /** Sends it, keeps it for later, or counts it as lost; never throws. */
  send(packet: Buffer): void;
  /** Resolves when what was given to it is sent, or its collector is gone. */
  close(): Promise<void>;
}

export interface Target {
  /** IP literal or name. */
  readonly host: string;
  readonly port: number;
}
