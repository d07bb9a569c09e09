import { useCallback, useEffect, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import type { Option } from '../../ui/Select.tsx';

export const FOLLOW_SYSTEM = 'follow_system';

/** The sound devices of this computer, kept true as they come and go. Names are empty until the microphone was allowed. */
export function useSoundDevices(): {
  readonly devices: readonly MediaDeviceInfo[];
  readonly refresh: () => Promise<void>;
} {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const refresh = useCallback(async () => setDevices(await navigator.mediaDevices.enumerateDevices()), []);
  useEffect(() => {
    const { mediaDevices } = navigator;
    const reread = () => void refresh();
    mediaDevices.addEventListener('devicechange', reread);
    reread();
    return () => mediaDevices.removeEventListener('devicechange', reread);
  }, [refresh]);
  return { devices, refresh };
}

/** What a picker offers: follow the system, each device, and the chosen one even while it is unplugged. */
export function deviceOptions(
  devices: readonly Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label'>[],
  kind: MediaDeviceKind,
  chosen: string | null,
): readonly Option[] {
  const real = devices.filter(
    (each) => each.kind === kind && !['', 'default', 'communications'].includes(each.deviceId),
  );
  const options = real.map((each, index) => ({
    id: each.deviceId,
    label: each.label || t('settings.deviceUnnamed', { number: index + 1 }),
  }));
  const isGone = chosen !== null && !options.some((option) => option.id === chosen);
  return [
    { id: FOLLOW_SYSTEM, label: t('settings.followSystem') },
    ...options,
    ...(isGone ? [{ id: chosen, label: t('settings.deviceMissing', { name: t('settings.rememberedDevice') }) }] : []),
  ];
}
