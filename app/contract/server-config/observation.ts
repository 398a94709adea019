import * as z from 'zod';
import { OptionalBind } from './bind.ts';
import { field } from './field.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const COLLECTOR = /^((udp|tcp):\/\/)?(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+):(\d{1,5})$/;

/** What a server tells of itself. */
export const OBSERVATION_FIELDS = {
  logLevel: field(z.enum(LOG_LEVELS).default('info'), {
    label: 'Log level',
    group: 'Observation',
    isRare: true,
    description: 'Least important lines the log keeps; info has one line a call.',
  }),
  hep: field(
    z
      .string()
      .refine(
        (text) => text === '' || Number(COLLECTOR.exec(text)?.[4] ?? 65_536) <= 65_535,
        'expected HOST:PORT or tcp://HOST:PORT, such as 127.0.0.1:9060',
      )
      .default(''),
    {
      label: 'HEP collector',
      group: 'Observation',
      isRare: true,
      placeholder: '[tcp://]HOST:PORT',
      description: 'Mirror every message to this collector with HEP3, over UDP or TCP.',
    },
  ),
  cdr: field(z.string().default(''), {
    label: 'Call records',
    group: 'Observation',
    isRare: true,
    placeholder: 'FILE',
    description: 'Append a record of each call that ended to this file, one JSON object a line.',
  }),
};

/** What siphond takes besides: the process around its server. */
export const PROCESS_FIELDS = {
  logFormat: field(z.enum(['pretty', 'json']).default('pretty'), {
    label: 'Log format',
    group: 'Process',
    description: 'Lines for people, or one JSON object a line.',
  }),
  capture: field(z.string().default(''), {
    label: 'Capture',
    group: 'Process',
    placeholder: 'FILE.pcapng',
    description: 'Write every message to this file, for Wireshark. An existing file is replaced.',
  }),
  scenario: field(z.array(z.string().min(1)).default([]), {
    label: 'Scenario',
    group: 'Process',
    placeholder: 'FILE',
    description:
      'Run this scenario against the server when it listens, print the verdict, and end with its exit code; repeatable.',
  }),
  metricsBind: field(OptionalBind, {
    label: 'Metrics',
    group: 'Process',
    placeholder: 'HOST:PORT',
    description: 'Serve `/metrics` (Prometheus), `/health` and `/ready` over HTTP there, without a token.',
  }),
  apiBind: field(OptionalBind, {
    label: 'API',
    group: 'Process',
    placeholder: 'HOST:PORT',
    description: 'Serve the HTTP and WebSocket API there, with a token that is printed at the start.',
  }),
  apiToken: field(z.string().default(''), {
    label: 'API token',
    group: 'Process',
    placeholder: 'TEXT',
    description: 'Token the API asks for; without one, another is made at each start.',
  }),
};
