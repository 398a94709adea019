// docs/API.md, from the contract.
const { z } = await import('zod');
const { CONTRACT_VERSION, workbench } = await import('../../app/contract/workbench.ts');
const { HTTP_STATUS } = await import('../../app/contract/openapi.ts');
const { ERROR_CODES } = await import('../../app/contract/errors.ts');

const code = (text) => `\`${text}\``;
const inTable = (text) => text.replaceAll('|', '\\|');

/** How deep a shape is written out; openapi.json has the rest. */
const DEPTH = 3;

/** A schema as a person writes a type: `{ id: string, limit: 1..1000, handle?: string }`. */
function shape(schema, definitions, depth = DEPTH) {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1);
    // Schemas with a name of their own are pages of their own, such as ServerConfig.
    return /^__schema/.test(name) ? shape(definitions[name], definitions, depth) : name;
  }
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives !== undefined) return alternatives.map((s) => shape(s, definitions, depth)).join(' | ');
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  switch (schema.type) {
    case 'object':
      return objectShape(schema, definitions, depth);
    case 'array':
      return schema.prefixItems === undefined
        ? `[${shape(schema.items ?? {}, definitions, depth)}]`
        : `[${schema.prefixItems.map((s) => shape(s, definitions, depth)).join(', ')}]`;
    case 'integer':
    case 'number': {
      const { minimum = -Infinity, maximum = Infinity } = schema;
      const isBounded = Number.isSafeInteger(maximum) && maximum < Number.MAX_SAFE_INTEGER && minimum > -1e15;
      return isBounded ? `${minimum}..${maximum}` : schema.type;
    }
    case undefined:
      return 'any';
    default:
      return schema.type;
  }
}

function objectShape({ properties = {}, required = [], additionalProperties }, definitions, depth) {
  const entries = Object.entries(properties);
  if (entries.length === 0)
    return typeof additionalProperties === 'object'
      ? `{ [key]: ${shape(additionalProperties, definitions, depth - 1)} }`
      : '{}';
  if (depth === 0) return '{ … }';
  const parts = entries.map(
    ([key, value]) => `${key}${required.includes(key) ? '' : '?'}: ${shape(value, definitions, depth - 1)}`,
  );
  return `{ ${parts.join(', ')} }`;
}

function shapeOf(schema, io, depth) {
  const json = z.toJSONSchema(schema, { target: 'draft-2020-12', io, unrepresentable: 'any' });
  return shape(json, json.$defs ?? {}, depth);
}

/** Every value of the contract can be passed by JSON; `parse` is all the table promises. */
function methodPart([name, { params, result, purpose, errors }]) {
  const own = Object.entries(errors).map(
    ([error, meaning]) => `${code(error)}${meaning === '' ? '' : ` (${meaning})`}`,
  );
  return [
    `### ${name}`,
    purpose,
    `- in: ${code(shapeOf(params, 'input'))}`,
    `- out: ${code(shapeOf(result, 'output', 2))}`,
    `- errors: ${own.join(', ') || 'those of every method'}`,
  ]
    .join('\n\n')
    .replaceAll('\n\n- ', '\n- ')
    .replace('\n- in', '\n\n- in');
}

export function apiPage() {
  const groups = [...new Set(Object.keys(workbench.methods).map((name) => name.split('.')[0]))];
  const parts = groups.map((group) => {
    const methods = Object.entries(workbench.methods).filter(([name]) => name.startsWith(`${group}.`));
    return `## ${group}\n\n${methods.map(methodPart).join('\n\n')}`;
  });
  const events = Object.entries(workbench.events).map(
    ([name, { payload, purpose }]) =>
      `| ${code(name)} | ${purpose} | ${inTable(code(shapeOf(payload, 'output', 2)))} |`,
  );
  const errors = ERROR_CODES.map((error) => `| ${code(error)} | ${HTTP_STATUS[error]} |`);
  return `# API

Generated from the contract (version ${CONTRACT_VERSION}) by \`npm run docs\`; do not edit. The workbench's window speaks the same.

\`siphond --api-bind 127.0.0.1:8080\` and \`npm run serve\` serve it, with a token that is printed at the start (\`--api-token\` sets it). Requests with a foreign Host or Origin are refused.

    curl -s -H 'Authorization: Bearer TOKEN' -d '{}' http://127.0.0.1:8080/api/servers.list

- \`POST /api/METHOD\`: the input as a JSON object, the output as one. An error is \`{ code, message, data }\` with a status to match.
- \`GET /api/events\`: every event as it happens, as server-sent events.
- \`GET /api/openapi.json\`: the whole contract as OpenAPI 3.1; below, \`{ … }\` stands for what is told there. \`GET /api\` is a page for people. These two ask for no token.
- WebSocket \`/rpc\`: methods and events in one connection, as \`sipctl trace\` and \`sipctl dials\` use it.

The options of a server (\`config\`) are the keys of [CONFIGURATION.md](CONFIGURATION.md).

${parts.join('\n\n')}

## Events

| event | when | payload |
|---|---|---|
${events.join('\n')}

## Errors

Every method may also answer \`bad-params\`, \`unauthorized\` or \`internal\`.

| code | HTTP status |
|---|---|
${errors.join('\n')}
`;
}
