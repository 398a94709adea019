import * as z from 'zod';
import type { Frame } from './link.ts';

/** The largest request a face may send, in characters of JSON; answers have no bound, because they come from our own end. */
export const MAX_REQUEST_CHARS = 4 * 1024 * 1024;

const Id = z.number().int().nonnegative();
const Name = z.string().max(100);

const AnyFrame = z.discriminatedUnion('t', [
  z.object({
    t: z.literal('hello'),
    contractVersion: z.number(),
    token: z.string().max(200).exactOptional(),
  }),
  z.object({ t: z.literal('welcome'), contractVersion: z.number() }),
  z.object({ t: z.literal('req'), id: Id, method: Name, params: z.unknown() }),
  z.object({ t: z.literal('ok'), id: Id, result: z.unknown() }),
  z.object({
    t: z.literal('err'),
    id: Id,
    code: Name,
    message: z.string(),
    data: z.unknown().exactOptional(),
  }),
  z.object({ t: z.literal('sub'), event: Name }),
  z.object({ t: z.literal('unsub'), event: Name }),
  z.object({ t: z.literal('evt'), event: Name, payload: z.unknown() }),
]);

/** The frame in a value from the wire, or undefined when it is none. */
export function readFrame(value: unknown): Frame | undefined {
  const { success, data } = AnyFrame.safeParse(value);
  return success ? data : undefined;
}

/** The request id of something that is not quite a frame, so that its sender can be answered; 0 belongs to no request. */
export function idOf(value: unknown): number {
  const { success, data } = z.object({ id: Id }).safeParse(value);
  return success ? data.id : 0;
}

/** What every wire carries: JSON, so that a value means the same on all of them. */
export function encodeFrame(frame: Frame): string {
  return JSON.stringify(frame);
}

/** The value in a text from the wire; undefined, which is no frame, when it is not JSON. */
export function decodeText(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
