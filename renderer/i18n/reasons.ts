import { messages } from './messages-en.ts';
import type { MessageKey } from './translate.ts';
import { t } from './translate.ts';

/** Why a call or a registration ended, for an id of the phone's table; an id from elsewhere reads "The call ended". */
export function reasonText(id: string | null): string {
  const key = `phone.reason.${id}`;
  return t(
    Object.hasOwn(messages, key) ? (key as Extract<MessageKey, 'phone.reason.unknown'>) : 'phone.reason.unknown',
  );
}

/** What to do next, for a next step of the phone's table; '' = nothing. */
export function callNextStepText(step: string): string {
  const key = `phone.next.${step}`;
  return Object.hasOwn(messages, key) ? t(key as Extract<MessageKey, 'phone.next.none'>) : '';
}
