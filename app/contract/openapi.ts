import * as z from 'zod';
import type { MethodErrors } from './define.ts';
import { ERROR_CODES, type ErrorCode } from './errors.ts';
import { CONTRACT_VERSION, workbench } from './workbench.ts';

/** The status of a response by the code of the error in it. */
export const HTTP_STATUS: Readonly<Record<ErrorCode, number>> = {
  'bad-params': 400,
  'unknown-method': 404,
  'not-found': 404,
  conflict: 409,
  'not-supported': 501,
  cancelled: 409,
  'invalid-config': 400,
  'port-in-use': 409,
  'address-not-available': 409,
  'permission-denied': 403,
  'store-unavailable': 503,
  'file-error': 500,
  'filter-syntax': 400,
  gone: 410,
  unauthorized: 401,
  'version-mismatch': 409,
  disconnected: 503,
  internal: 500,
};

/** Every schema of the contract is one of zod; the table only promises `parse`. */
const jsonSchema = (schema: unknown, io: 'input' | 'output'): unknown =>
  z.toJSONSchema(schemaOf(schema), { target: 'draft-2020-12', io, unrepresentable: 'any' });

/** A contract names either a schema or its `parse`, which is bound to it. */
function schemaOf(schema: unknown): z.ZodType {
  return schema as z.ZodType;
}

const json = (schema: unknown): object => ({ 'application/json': { schema } });

const ERROR_CONTENT = json({ $ref: '#/components/schemas/Error' });

/** The errors a method has of its own, by status: codes with the same one share a response. */
function errorResponses(errors: MethodErrors): Readonly<Record<string, object>> {
  const byStatus = new Map<number, string[]>();
  for (const [code, meaning] of Object.entries(errors) as [ErrorCode, string][]) {
    const text = meaning === '' ? code : `${code}: ${meaning}`;
    byStatus.set(HTTP_STATUS[code], [...(byStatus.get(HTTP_STATUS[code]) ?? []), text]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, texts]) => [
      String(status),
      { description: texts.join('; '), content: ERROR_CONTENT },
    ]),
  );
}

/** The contract as an OpenAPI 3.1 document: each method a POST of its parameters. */
export function openApi(version: string): object {
  const paths = Object.entries(workbench.methods).map(([name, { params, result, purpose, errors }]) => [
    `/api/${name}`,
    {
      post: {
        operationId: name,
        summary: purpose,
        tags: [name.split('.')[0]],
        requestBody: { required: true, content: json(jsonSchema(params, 'input')) },
        responses: {
          200: { description: 'The result.', content: json(jsonSchema(result, 'output')) },
          ...errorResponses(errors),
          default: {
            description: 'Any other error: a code to switch on, one sentence to show, data to act on.',
            content: ERROR_CONTENT,
          },
        },
      },
    },
  ]);
  const events = Object.entries(workbench.events).map(([name, { payload }]) => [
    name,
    jsonSchema(payload, 'output'),
  ]);
  return {
    openapi: '3.1.0',
    info: {
      title: 'Siphon Workbench',
      version,
      description: `The contract of the workbench, version ${CONTRACT_VERSION}, over HTTP. GET /api/events tells every event as it happens (text/event-stream); its payloads are under x-events.`,
    },
    security: [{ token: [] }],
    paths: Object.fromEntries(paths) as object,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
      schemas: {
        Error: {
          type: 'object',
          required: ['code', 'message'],
          properties: { code: { enum: ERROR_CODES }, message: { type: 'string' }, data: {} },
        },
      },
    },
    'x-events': Object.fromEntries(events) as object,
  };
}
