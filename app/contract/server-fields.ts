import { z } from 'zod';
import { type FieldMeta, ServerConfig, type ServerConfigKey } from './server-config.ts';

/** How a value of the field is written and edited. */
export type FieldKind = 'text' | 'number' | 'boolean' | 'choice' | 'list';

/** One option of a server, as flag, configuration key, form field and row of the reference page at once. */
export interface ServerField extends FieldMeta {
  readonly key: ServerConfigKey;
  /** `--ring-ms` */
  readonly flag: string;
  readonly kind: FieldKind;
  readonly default: string | number | boolean | readonly string[];
  /** The values of a choice. */
  readonly choices: readonly string[];
  /** Bounds of a number. */
  readonly min?: number;
  readonly max?: number;
}

/** The part of JSON Schema that the schema uses. */
interface Property extends FieldMeta {
  readonly type: 'string' | 'integer' | 'boolean' | 'array';
  readonly enum?: readonly string[];
  readonly default: ServerField['default'];
  readonly minimum?: number;
  readonly maximum?: number;
}

const KINDS: Readonly<Record<Property['type'], FieldKind>> = {
  string: 'text',
  integer: 'number',
  boolean: 'boolean',
  array: 'list',
};

function toField([key, property]: [string, Property]): ServerField {
  const { type, enum: choices, minimum, maximum, ...rest } = property;
  return {
    ...rest,
    key: key as ServerConfigKey,
    flag: `--${key.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`,
    kind: choices === undefined ? KINDS[type] : 'choice',
    choices: choices ?? [],
    ...(minimum === undefined ? {} : { min: minimum }),
    ...(maximum === undefined ? {} : { max: maximum }),
  };
}

const schema = z.toJSONSchema(ServerConfig, { io: 'input', target: 'draft-7' }) as unknown as {
  readonly definitions: {
    readonly ServerConfig: { readonly properties: Readonly<Record<string, Property>> };
  };
};

/** Every option of a server in the order of the schema. */
export const SERVER_FIELDS: readonly ServerField[] = Object.entries(
  schema.definitions.ServerConfig.properties,
).map(toField);
