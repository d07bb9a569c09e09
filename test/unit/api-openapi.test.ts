import { expect, test } from 'vitest';
import { endpoints } from '../../main/provider/api/endpoints.ts';
import { openApiDocument } from '../../main/provider/api/openapi.ts';
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
