import { useEffect, useState } from 'react';
import { t } from '../../i18n/translate.ts';
import type { Option } from '../../ui/Select.tsx';

export const FOLLOW_SYSTEM = 'follow_system';

/** The sound devices of this computer, kept true as they come and go. Names are empty until the microphone was allowed. */
export function useSoundDevices(): { readonly devices: readonly MediaDeviceInfo[]; readonly refresh: () => void } {
  const [devices, setDevices] = useState<readonly MediaDeviceInfo[]>([]);
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const { mediaDevices } = navigator;
    let isOn = true;
    const read = async () => {
      const found = await mediaDevices.enumerateDevices();
      if (isOn) setDevices(found);
    };
    const reread = () => void read();
    mediaDevices.addEventListener('devicechange', reread);
    reread();
    return () => {
      isOn = false;
      mediaDevices.removeEventListener('devicechange', reread);
    };
  }, [asked]);
  return { devices, refresh: () => setAsked((count) => count + 1) };
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
