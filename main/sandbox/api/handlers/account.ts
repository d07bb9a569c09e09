import { mayDo } from '../../../../preload/contract/roles.ts';
import type { accountOperations } from '../../../provider/api/operations/account.ts';
import type { ApiContext } from '../context.ts';
import { rangeOfDays } from '../days.ts';
import { authorise } from '../guard.ts';
import type { Handlers } from '../handler.ts';
import { pageOf } from '../pages.ts';
import { Refusal } from '../refusal.ts';
import { wireAccount, wireDevice } from '../wire.ts';
import { wireStanding } from '../wire-order.ts';
import { wirePolicy } from '../wire-policy.ts';
import {
  readAmount,
  wireAccountSettings,
  wireAudit,
  wireDeviceSummary,
  wirePerson,
  wireUserSettings,
} from '../wire-settings.ts';

type AccountHandlers = Handlers<typeof accountOperations>;

function settingsHandlers(
  context: ApiContext,
): Pick<
  AccountHandlers,
  'getAccountSettings' | 'patchAccountSettings' | 'getUserSettings' | 'patchUserSettings' | 'confirmUserEmail'
> {
  const { ledger, services, signIns } = context;
  const { accountSettings, userSettings } = services;
  const now = (): number => ledger.clock.now();
  return {
    getAccountSettings: () => wireAccountSettings(accountSettings.get(), now()),
    patchAccountSettings({ user, body }) {
      if (user.role === 'user') throw new Refusal('role_not_allowed', { detail: 'The owner and admins change these' });
      if (body.realm !== undefined) authorise(user, 'account.manage');
      const { devicesDropped } = accountSettings.change(user, {
        name: body.name,
        realm: body.realm,
        confirmRealm: body.confirm_realm,
        timeZone: body.time_zone,
        language: body.language,
        technicalContact: body.technical_contact,
      });
      return { ...wireAccountSettings(accountSettings.get(), now()), devices_dropped: devicesDropped };
    },
    getUserSettings: ({ user }) => wireUserSettings(userSettings.get(user.id), now()),
    patchUserSettings({ user, body, session }) {
      userSettings.change(user, {
        email: body.email,
        password: body.password,
        timeZone: body.time_zone,
        language: body.language,
        colorBlindMode: body.color_blind_mode,
      });
      if (body.password !== undefined) signIns.endOthers(user.id, session);
      return wireUserSettings(userSettings.get(user.id), now());
    },
    confirmUserEmail({ user, body }) {
      userSettings.confirmEmail(user, body.code);
      return wireUserSettings(userSettings.get(user.id), now());
    },
  };
}

function peopleHandlers(
  context: ApiContext,
): Pick<AccountHandlers, 'listPeople' | 'getPerson' | 'patchPerson' | 'listAudit'> {
  const { ledger, services } = context;
  const { access, audit, people } = services;
  const { account } = ledger.profile;
  return {
    listPeople({ query }) {
      const members = access.members().toSorted((left, right) => (left.id < right.id ? -1 : 1));
      return pageOf(
        context,
        { list: 'people', query, start: [''] },
        ([after], limit) => members.filter((member) => member.id > String(after)).slice(0, limit),
        (row) => [row.id],
        (row) => wirePerson(row, account.currency),
        members.length,
      );
    },
    getPerson({ params }) {
      const member = access.member(params.user_id);
      if (!member) throw new Refusal('not_found');
      return wirePerson(member, account.currency);
    },
    patchPerson({ user, params, body }) {
      const { spend_limit: limit } = body;
      const spendLimit = limit === undefined || limit === null ? limit : readAmount('/spend_limit', limit);
      const member = access.change(user, params.user_id, { role: body.role, grants: body.grants, spendLimit });
      return wirePerson(member, account.currency);
    },
    listAudit({ query }) {
      const range = rangeOfDays(query, account.timeZone);
      const filter = {
        ...range,
        ...(query.user_id === undefined ? {} : { userId: query.user_id }),
        ...(query.action === undefined ? {} : { action: query.action }),
      };
      return pageOf(
        context,
        { list: 'audit', query, start: [Number.MAX_SAFE_INTEGER] },
        ([seq], limit) => audit.before(Number(seq), limit, filter),
        (row) => [row.seq],
        (row) => wireAudit(row, row.userId === null ? null : (people.user(row.userId)?.name ?? null)),
        null,
      );
    },
  };
}

function deviceHandlers(context: ApiContext): Pick<AccountHandlers, 'listDevices' | 'putDevice' | 'deleteDevice'> {
  const { services } = context;
  const { people, accountSettings } = services;
  return {
    listDevices({ user, query }) {
      const devices = people
        .devices(mayDo(user, 'usage.all') ? null : user.id)
        .toSorted((left, right) => (left.id < right.id ? -1 : 1));
      return pageOf(
        context,
        { list: 'devices', query, start: [''] },
        ([after], limit) => devices.filter((device) => device.id > String(after)).slice(0, limit),
        (row) => [row.id],
        wireDeviceSummary,
        devices.length,
      );
    },
    putDevice: ({ user, params, body }) =>
      wireDevice(
        people.provision(user.id, params.instance_id, body.name),
        context.origin(),
        accountSettings.get().realm,
      ),
    deleteDevice({ user, params, query }) {
      const holder = query.user_id ?? user.id;
      if (holder !== user.id) authorise(user, 'account.manage');
      if (!people.remove(holder, params.instance_id)) throw new Refusal('not_found');
      services.audit.write(user, 'device.removed', null, null, { subject: params.instance_id, onBehalfOf: holder });
      return { devices: people.devices(holder).length };
    },
  };
}

/** The account, its rules, its settings, its people and its devices. */
export function accountHandlers(context: ApiContext): AccountHandlers {
  const { ledger, services } = context;
  /** Read each time: an owner may have another address by now. */
  function ownerContact(): string | null {
    const owner = services.people.users().find((user) => user.role === 'owner');
    return owner ? `${owner.name}, ${owner.email}` : null;
  }
  return {
    getAccount: ({ user }) => ({ ...wireAccount(ledger, user, ownerContact()), ...wireStanding(context) }),
    getPolicy: () => wirePolicy(ledger, services.calls.freeze.state()),
    ...settingsHandlers(context),
    ...peopleHandlers(context),
    ...deviceHandlers(context),
  };
}
