import { ok } from '../../preload/contract/result.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { Logger } from '../platform/logger.ts';
import type { PhoneService } from './service.ts';

export function phoneHandlers(
  phone: PhoneService,
  log: Logger,
): HandlersOf<'phone.lease' | 'phone.release' | 'phone.report' | 'phone.command' | 'phone.answer' | 'phone.fault'> {
  return {
    'phone.lease': ({ takeOver }, { window }) => phone.lease(window, takeOver),
    'phone.release': (_nothing, { window }) => phone.release(window),
    'phone.report': (mirror, { window }) => phone.report(window, mirror),
    'phone.command': (command) => phone.command(command),
    'phone.fault': ({ what }) => {
      log.part('phone').warn('A SIP message was not taken', { what });
      return ok(null);
    },
    'phone.answer': ({ id, outcome }, { window }) => phone.answer(window, id, outcome),
  };
}
