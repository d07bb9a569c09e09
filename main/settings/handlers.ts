import type { Settings } from '../../preload/contract/models.ts';
import type { HandlersOf } from '../platform/handlers.ts';
import type { SettingsService } from './service.ts';

export function settingsHandlers(service: SettingsService): HandlersOf<'settings.set'> {
  return { 'settings.set': (patch) => service.set(patch as Partial<Settings>) };
}
