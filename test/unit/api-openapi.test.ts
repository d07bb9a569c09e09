import { expect, test } from 'vitest';
import { endpoints } from '../../main/provider/api/endpoints.ts';
import { eventSchemas } from '../../main/provider/api/events.ts';
import { openApiDocument } from '../../main/provider/api/openapi.ts';
import { referencePage } from '../../main/provider/api/reference.ts';
import type { OpenApiDocument } from '../../main/provider/api/reference.ts';
import { PROBLEMS, problemDocument } from '../../main/provider/api/problems.ts';
import type { ProblemCode } from '../../main/provider/api/problems.ts';
import { problemSchema } from '../../main/provider/api/problems.ts';

interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[];
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, object>> }>>;
  readonly security: readonly object[];
}
type Document = {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
};

const document = openApiDocument() as Document;
const text = `${JSON.stringify(document, null, 2)}\n`;

/** `vitest run test/unit/api-openapi.test.ts -u` writes the file anew. */
test('the checked-in document is the one the schemas make', async () => {
  await expect(text).toMatchFileSnapshot('../../main/provider/api/openapi.json');
});

test('the checked-in reference is the one the document makes', async () => {
  const page = referencePage(JSON.parse(text) as OpenApiDocument);
  await expect(page).toMatchFileSnapshot('../../main/provider/api/REFERENCE.md');
});

test('the reference holds every operation, code, event and shape, and no id of our own requirements', () => {
  const page = referencePage(JSON.parse(text) as OpenApiDocument);
  for (const { path, method, tag } of Object.values(endpoints)) {
    expect(page).toContain(`\n## ${tag}\n`);
    expect(page).toContain(`\n### ${method} ${path}\n`);
  }
  for (const code of Object.keys(PROBLEMS)) expect(page).toContain(`| \`${code}\` |`);
  for (const event of Object.keys(eventSchemas)) expect(page).toContain(`| \`${event}\` |`);
  const shapes = Object.keys((JSON.parse(text) as OpenApiDocument).components.schemas);
  const used = (name: string): boolean => new RegExp(`(?:^|[ (<|])${name}(?:\\[\\])?(?: |\\n|;|\\)|$)`, 'm').test(page);
  for (const name of shapes.filter(used)) expect(page).toContain(`type ${name} = `);
  expect(page.match(/.*\b(?:SIPUS|VTC|KZ|TOP|SCS|EXT|POL|F)-\d\d.*/g)).toBeNull();
});

test('every endpoint is in it, signed in, with its problems; writes ask for an Idempotency-Key', () => {
  expect(document.openapi).toBe('3.1.0');
  for (const { path, method } of Object.values(endpoints)) {
    const operation = document.paths[path]?.[method.toLowerCase()];
    expect(operation?.security).toEqual([{ signIn: [] }]);
    for (const status of ['400', '401', '403', '429', '500', '503']) {
      expect(operation?.responses[status]?.content).toHaveProperty(['application/problem+json', 'examples']);
    }
    const headers = operation?.parameters?.filter((each) => each.in === 'header').map((each) => each.name);
    expect(headers).toContain('offhook-version');
    expect(headers?.includes('idempotency-key')).toBe(method !== 'GET');
  }
  expect(document.paths['/events']?.['get']?.responses['200']?.content).toHaveProperty('text/event-stream');
});

test.each(Object.keys(PROBLEMS) as ProblemCode[])('the example of %s is a problem by the schema', (code) => {
  expect(problemSchema.parse(problemDocument(code)).status).toBe(PROBLEMS[code].status);
});
