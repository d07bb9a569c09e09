import type { Case, Kit } from '../kit.ts';
import { anyPath, endpointNames, endpointOf, isRead, may, outcomeOf, requireUser } from '../kit.ts';
import { exampleQuery } from '../samples.ts';
import { Failure, Skip, failOn } from '../verdict.ts';
import { codeOf } from '../wire.ts';

/**
 * What the second person may not do. Reads carry the documented query, writes neither key nor body: a server that
 * looks at the role first answers the same, and one that does not has nothing it could carry out.
 */
async function forbidden(kit: Kit, reads: boolean): Promise<void> {
  const user = requireUser(kit);
  const names = endpointNames.filter((name) => {
    const endpoint = endpointOf(name);
    return isRead(endpoint) === reads && !may(user, endpoint.action);
  });
  if (names.length === 0) throw new Skip(`${user.name} may do all of these`);
  const faults: string[] = [];
  for (const name of names) {
    const { method, path } = endpointOf(name);
    const query = reads ? exampleQuery(name) : new URLSearchParams();
    const answer = await kit.ask(method, anyPath(path) + (query.size === 0 ? '' : `?${query.toString()}`), {
      token: user.token,
    });
    const refused = answer.status === 403 && codeOf(answer) === 'role_not_allowed';
    if (!refused && codeOf(answer) !== 'not_offered') {
      faults.push(`${answer.asked} answered ${outcomeOf(answer)} to somebody who may not`);
    }
  }
  failOn(faults);
}

async function hiddenBalance(kit: Kit): Promise<void> {
  const user = requireUser(kit);
  if (may(user, 'balance.exact')) throw new Skip(`${user.name} may see the balance`);
  const answer = await kit.ask('GET', '/balance', { token: user.token });
  const { exact } = (answer.json ?? {}) as { exact?: unknown };
  if (exact !== null) throw new Failure('The exact balance is told to somebody who may not see it');
}

async function ownUsage(kit: Kit): Promise<void> {
  const user = requireUser(kit);
  if (may(user, 'usage.all')) throw new Skip(`${user.name} may see all usage`);
  const answer = await kit.ask('GET', '/usage?limit=1000', { token: user.token });
  const { data } = (answer.json ?? {}) as { data?: unknown };
  const rows = Array.isArray(data) ? (data as { user_id?: unknown }[]) : [];
  if (rows.some((row) => row.user_id !== user.id)) throw new Failure(`${user.name} is told of calls of others`);
}

export const roleCases: readonly Case[] = [
  {
    id: 'roles.reads',
    tag: 'Roles',
    promise: 'Reading what a role may not is 403 role_not_allowed',
    run: (kit) => forbidden(kit, true),
  },
  {
    id: 'roles.writes',
    tag: 'Roles',
    promise: 'Writing what a role may not is 403 role_not_allowed',
    run: (kit) => forbidden(kit, false),
  },
  {
    id: 'roles.balance',
    tag: 'Roles',
    promise: 'Who may not see the balance is told its level only',
    run: hiddenBalance,
  },
  { id: 'roles.usage', tag: 'Roles', promise: 'Who may not see all usage sees their own', run: ownUsage },
];
