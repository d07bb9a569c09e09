import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { API_VERSION } from '../api/endpoints.ts';
import type { Credentials } from './connect.ts';
import { connect } from './connect.ts';
import { renderLine, renderSum, renderTable } from './report.ts';
import { runCases } from './run.ts';

const USAGE = `npm run conformance -- --url ADDRESS [--token TOKEN | --ticket TICKET] [--token-user TOKEN | --ticket-user TICKET]
                       [--spend] [--only TAG]… [--json FILE]

Tries every promise of the Offhook Provider API against a server and says which it keeps.

--url          what a person would type, as in https://voice.example
--token        an access token of the owner; without it (and without --ticket) you sign in with your browser
--ticket       a one-time ticket of the sandbox, instead of a token
--token-user, --ticket-user   the same of somebody with fewer rights: tries what roles refuse
--spend        buys the smallest credit the account's rules allow, once, by its default payment method
--only         tries the cases of a tag alone; may be repeated
--json         writes the report to a file as well

Without --spend no money is taken and nothing of the account is changed, but that one device called "Conformance kit" is
provisioned for the person signed in, the same at every run. The sandbox of the repository can be tried by
  node main/sandbox/index.ts --data DIR --port 4600
which prints its address and tickets.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

function credentials(token: string | undefined, ticket: string | undefined): Credentials | null {
  if (token !== undefined) return { kind: 'token', token };
  return ticket === undefined ? null : { kind: 'ticket', ticket };
}

function readArguments() {
  const { values } = parseArgs({
    options: {
      url: { type: 'string' },
      token: { type: 'string' },
      ticket: { type: 'string' },
      'token-user': { type: 'string' },
      'ticket-user': { type: 'string' },
      spend: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      json: { type: 'string' },
    },
  });
  if (values.url === undefined || !URL.canParse(values.url)) throw new Error(USAGE);
  return { ...values, url: values.url };
}

async function main(): Promise<number> {
  const asked = readArguments();
  const options = await connect({
    url: asked.url,
    owner: credentials(asked.token, asked.ticket) ?? {
      kind: 'browser',
      show: (url) => say(`Open this address and sign in:\n${url}\n`),
    },
    user: credentials(asked['token-user'], asked['ticket-user']),
    spend: asked.spend,
  });
  const { name, role } = options.owner;
  say(`Offhook Provider API ${API_VERSION} at ${options.apiBase}, signed in as ${name} (${role})\n`);
  const chosen = new Set(asked.only);
  const lines = await runCases(
    options,
    (each) => chosen.size === 0 || chosen.has(each.tag),
    (line) => say(renderLine(line)),
  );
  if (lines.length === 0) throw new Error(`No case has one of the tags ${asked.only.join(', ')}`);
  say(`\n${renderTable(lines)}\n\n${renderSum(lines)}`);
  if (asked.json !== undefined) {
    const report = { api_version: API_VERSION, url: asked.url, spend: asked.spend, cases: lines };
    writeFileSync(asked.json, `${JSON.stringify(report, null, 2)}\n`);
  }
  return lines.some((line) => line.verdict.kind === 'failed') ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (fault) {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
}
