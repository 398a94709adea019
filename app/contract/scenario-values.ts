import * as z from 'zod';

/** Path of a scenario file inside the workspace folder, with `/`: `calls/busy.yaml`. */
export const ScenarioPath = z.string().min(1).max(400);

/** Of a variable. */
export const Value = z.union([z.string(), z.number(), z.boolean()]);
