import type { HandlersOf } from '../platform/handlers.ts';
import type { PhoneService } from './service.ts';

export function phoneHandlers(
  phone: PhoneService,
): HandlersOf<'phone.lease' | 'phone.release' | 'phone.report' | 'phone.command' | 'phone.answer'> {
  return {
    'phone.lease': ({ takeOver }, { window }) => phone.lease(window, takeOver),
    'phone.release': (_nothing, { window }) => phone.release(window),
    'phone.report': (mirror, { window }) => phone.report(window, mirror),
    'phone.command': (command) => phone.command(command),
    'phone.answer': ({ id, outcome }, { window }) => phone.answer(window, id, outcome),
  };
}
