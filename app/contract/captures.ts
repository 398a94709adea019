import * as z from 'zod';
import { event, method } from './define.ts';

/** A larger capture is not for one reading; packed ones count unpacked. Octets. */
export const MAX_CAPTURE_BYTES = 512 * 1024 * 1024;
/** Octets that one `uploads.append` carries at most. */
export const UPLOAD_PART_BYTES = 1024 * 1024;

/** A capture file that was opened beside what is recorded. */
export const CaptureFile = z.object({
  id: z.string(),
  /** Of the file; a second one of the same name gets a number. The filter field `node` knows it. */
  name: z.string(),
  state: z.enum(['opening', 'open']),
  /** Of the work, 0 to 1. */
  progress: z.number().min(0).max(1),
  /** What it held, once it is open. */
  dialogs: z.number().int(),
  messages: z.number().int(),
  /** What was left out and why, a sentence each. */
  notes: z.array(z.string()),
});
export type CaptureFile = z.infer<typeof CaptureFile>;

const CaptureFiles = z.object({ captures: z.array(CaptureFile) });
const OneCapture = z.object({ id: z.string() });
const FileName = z.string().min(1).max(255);

/** A file that the page has and the workbench has not: it is sent in parts. */
const Upload = z.object({ upload: z.string().max(100) });

export const captureMethods = {
  'captures.list': method(z.object({}), CaptureFiles, 'The opened capture files, the first opened first.'),
  'captures.open': method(
    z.union([z.strictObject({ handle: z.string() }), z.strictObject({ upload: z.string() })]),
    CaptureFile,
    'Reads a pcap or pcapng file, packed by gzip too, of whichever program; answers when all of it is there.',
    {
      gone: 'the handle or the upload',
      'file-error': 'it cannot be read, is no capture, holds no SIP, or is too large',
      cancelled: 'it was closed meanwhile',
    },
  ),
  'captures.close': method(OneCapture, CaptureFiles, 'Forgets what a capture file has brought.', {
    'not-found': 'there is no such capture',
  }),
  'uploads.begin': method(
    z.object({ name: FileName, sizeBytes: z.number().int().min(0) }),
    Upload,
    'Begins to send a file, for captures.open.',
    { 'file-error': 'it is too large', conflict: 'too many are being sent' },
  ),
  'uploads.append': method(
    Upload.extend({ base64: z.base64().max(Math.ceil(UPLOAD_PART_BYTES / 3) * 4) }),
    z.object({ receivedBytes: z.number().int() }),
    'Sends the next octets of a file.',
    { gone: 'the upload', 'file-error': 'it grows beyond what was announced, or cannot be kept' },
  ),
} as const;

export const captureEvents = {
  'captures.changed': event(CaptureFiles, 'A capture file is being opened, is open or was closed.'),
} as const;
