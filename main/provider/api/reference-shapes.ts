/** JSON Schema as the OpenAPI document holds it, as far as shapes are drawn from it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** What well-known patterns mean: a pattern says less to a person. */
const PATTERNS: Readonly<Record<string, string>> = {
  '^-?\\d{1,10}(\\.\\d{1,6})?$': 'decimal text',
  '^\\d{1,10}(\\.\\d{1,6})?$': 'decimal text, not negative',
  '^[A-Z]{3}$': 'ISO 4217',
  '^[A-Z]{2}$': 'ISO 3166-1 alpha-2',
  '^\\+\\d{3,15}$': 'E.164 with its plus',
};

export const refName = (ref: string): string => ref.split('/').at(-1) ?? ref;

function range(from: number | undefined, to: number | undefined, unit: string): readonly string[] {
  const known = to !== undefined && to < Number.MAX_SAFE_INTEGER ? to : undefined;
  const least = from !== undefined && from > -Number.MAX_SAFE_INTEGER ? from : undefined;
  if (least !== undefined && known !== undefined)
    return [least === known ? `${least}${unit}` : `${least} to ${known}${unit}`];
  if (known !== undefined) return [`at most ${known}${unit}`];
  return least === undefined || (least === 1 && unit !== '') ? [] : [`at least ${least}${unit}`];
}

/** What a value must be beyond its type, in few words. */
export function limitsOf(schema: Schema): readonly string[] {
  const { format, pattern, minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const isInteger = schema.type === 'integer';
  const known =
    pattern === undefined ? undefined : (PATTERNS[pattern] ?? (format === undefined ? `\`${pattern}\`` : undefined));
  const formats: Readonly<Record<string, string>> = {
    'date-time': 'RFC 3339 in UTC',
    date: 'a day',
    uri: 'a URL',
    uuid: 'a UUID',
    email: 'an address',
  };
  return [
    ...(format === undefined ? [] : [formats[format] ?? format]),
    ...(known === undefined ? [] : [known]),
    ...(isInteger && minimum === undefined ? [] : range(minimum, maximum, '')),
    ...(pattern === undefined ? range(minLength, maxLength, ' characters') : []),
    ...range(minItems, maxItems, ' entries'),
    ...(schema.default === undefined ? [] : [`${JSON.stringify(schema.default)} where missing`]),
  ];
}

const union = (parts: readonly string[]): string => [...new Set(parts)].join(' | ');

function objectText(schema: Schema, indent: string): string {
  const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
  if (Object.keys(properties).length === 0) {
    if (typeof additionalProperties !== 'object') return '{}';
    return `{ [${propertyNames ? typeText(propertyNames, indent) : 'string'}]?: ${typeText(additionalProperties, indent)} }`;
  }
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([name, member]) => {
    const line = `${inner}${name}${required.includes(name) ? '' : '?'}: ${typeText(member, inner)}`;
    const { limits, words } = notesOf(name, member);
    const beside = limits !== '' && words === '' && !line.includes('\n');
    if (beside) return [`${line} // ${limits}`];
    return [...wrapped([limits, words].filter((each) => each !== '').join('. '), inner), line];
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

const LINE = 110;

/** Every id of the API: said once, in the introduction. */
const ID_LIMITS = '1 to 64 characters';

/** What a member must be, and what it means. */
function notesOf(name: string, schema: Schema): { readonly limits: string; readonly words: string } {
  const [only, ...others] = schema.anyOf?.filter((each) => each.type !== 'null') ?? [];
  const inner = only && others.length === 0 ? limitsOf(only) : [];
  const ofItems = schema.items && !schema.items.$ref ? limitsOf(schema.items).map((each) => `each ${each}`) : [];
  const limits = [...limitsOf(schema), ...inner, ...ofItems].join(', ');
  const isId = /(?:^|_)ids?$/.test(name) && limits.endsWith(ID_LIMITS);
  return { limits: isId ? '' : limits, words: schema.description ?? '' };
}

function wrapped(text: string, indent: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && `${last} ${word}`.length <= LINE - indent.length)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => `${indent}// ${line}`);
}

/** A schema as a type a reader of TypeScript knows. */
export function typeText(schema: Schema, indent = ''): string {
  if (schema.$ref !== undefined) return refName(schema.$ref);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((each) => JSON.stringify(each)));
  const parts = schema.anyOf ?? schema.oneOf;
  if (parts) return union(parts.map((part) => typeText(part, indent)));
  if (schema.allOf) return schema.allOf.map((part) => typeText(part, indent)).join(' & ');
  if (Array.isArray(schema.type))
    return union((schema.type as string[]).map((type) => typeText({ ...schema, type }, indent)));
  switch (schema.type) {
    case 'array': {
      if (schema.prefixItems) return `[${schema.prefixItems.map((each) => typeText(each, indent)).join(', ')}]`;
      const item = schema.items ? typeText(schema.items, indent) : 'unknown';
      return / \| /.test(item) && !item.startsWith('{') ? `(${item})[]` : `${item}[]`;
    }
    case 'object':
      return objectText(schema, indent);
    case 'integer':
    case 'number':
      return schema.type;
    case 'string':
    case 'boolean':
    case 'null':
      return schema.type;
    case undefined:
    default:
      return 'unknown';
  }
}

/** The names of all schemas a schema refers to, in their order, itself not followed. */
export function refsOf(schema: Schema): readonly string[] {
  const found: string[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null) {
      const { $ref } = value as Schema;
      if ($ref !== undefined) found.push(refName($ref));
      Object.values(value).forEach(visit);
    }
  };
  visit(schema);
  return [...new Set(found)];
}
