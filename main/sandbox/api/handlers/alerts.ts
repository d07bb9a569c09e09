import type { alertOperations } from '../../../provider/api/operations/alerts.ts';
import type { AlertRecord } from '../../ledger/alerts/records.ts';
import type { User } from '../../ledger/people.ts';
import type { ApiContext } from '../context.ts';
import { decodeCursor, encodeCursor } from '../cursor.ts';
import type { Handlers } from '../handler.ts';
import { Refusal } from '../refusal.ts';
import { timestamp } from '../wire.ts';
import { readAlertSettings, wireAlert, wireAlertSettings } from '../wire-alerts.ts';

/** Alerts of the balance, who has seen them, and when people are told. */
export function alertHandlers(context: ApiContext): Handlers<typeof alertOperations> {
  const { ledger, services, epoch } = context;
  const { alerts } = services;
  const { records } = alerts;
  const wired = (user: User, alert: AlertRecord) => wireAlert(ledger, user, alert, records.messagesOf(alert.id));
  return {
    listAlerts({ user, query }) {
      const [before] =
        query.cursor === undefined ? [Number.MAX_SAFE_INTEGER] : decodeCursor('alerts', epoch, 1, query.cursor);
      const rows = records.page(user.id, Number(before), query.limit + 1);
      const shown = rows.slice(0, query.limit);
      const last = shown.at(-1);
      return {
        data: shown.map((alert) => wired(user, alert)).filter((alert) => alert !== undefined),
        next_cursor: rows.length > query.limit && last ? encodeCursor('alerts', epoch, [last.seq]) : null,
        total: null,
        as_of: timestamp(ledger.clock.now()),
      };
    },
    acknowledgeAlert({ user, params }) {
      const known = records.byId(params.alert_id, user.id);
      if (!known || !wired(user, known)) throw new Refusal('not_found', { detail: 'No such alert' });
      alerts.acknowledge(params.alert_id, user.id);
      const alert = records.byId(params.alert_id, user.id);
      const answer = alert && wired(user, alert);
      if (!answer) throw new Refusal('not_found');
      return answer;
    },
    getAlertSettings: () => wireAlertSettings(alerts.settings()),
    putAlertSettings({ user, body }) {
      alerts.change(readAlertSettings(body), user.id);
      return wireAlertSettings(alerts.settings());
    },
  };
}
