// The part of sdp-transform that tests use as a second opinion.
declare module 'sdp-transform' {
  export function parse(sdp: string): {
    readonly media: readonly {
      readonly type: string;
      readonly port: number;
      readonly protocol: string;
      readonly payloads?: string | number;
    }[];
  };
}
