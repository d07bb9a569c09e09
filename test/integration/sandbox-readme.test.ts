import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { faultsSchema } from '../../main/sandbox/scenarios/faults.ts';
import { startRig } from './sandbox-api-rig.ts';

const page = readFileSync('main/sandbox/README.md', 'utf8');

test('the page names every route below /sandbox, and no other', () => {
  const sources = readdirSync('main/sandbox/api')
    .filter((name) => name.startsWith('admin-'))
    .map((name) => readFileSync(`main/sandbox/api/${name}`, 'utf8'));
  const served = sources.flatMap((source) =>
    [...source.matchAll(/admin\.(get|put|post|delete|patch)\('([^']+)'/g)].map(
      ([, method = '', path = '']) => `${method.toUpperCase()} /sandbox${path}`,
    ),
  );
  const named = [...page.matchAll(/^\| `([A-Z]+ \/sandbox[^`]*)`/gm)].map((match) => match[1] ?? '');
  expect(named.toSorted()).toEqual(served.toSorted());
});

test('the page names every bad day', () => {
  const rows = page.slice(page.indexOf('## Bad days'));
  for (const name of Object.keys(faultsSchema.shape)) expect(rows).toContain(`\`${name}\``);
});

test('its commands work', async () => {
  const rig = await startRig();
  try {
    const commands = [...page.matchAll(/^curl -X (\w+) \$ADDRESS(\S+)(?:.* -d '(.*)')?/gm)];
    expect(commands.length).toBeGreaterThan(3);
    for (const [, method = '', path = '', body] of commands) {
      const response = await fetch(rig.origin + path, {
        method,
        headers: {
          authorization: `Bearer ${rig.api.adminKey}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
      });
      expect({ path, status: response.status, text: response.ok ? '' : await response.text() }).toEqual({
        path,
        status: 200,
        text: '',
      });
    }
  } finally {
    await rig.stop();
  }
});
