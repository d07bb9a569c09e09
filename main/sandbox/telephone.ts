import type { Services } from './ledger/services.ts';
import type { SipServer } from './sip/server.ts';

/** The SIP side over the life of the sandbox: a new realm is a new server in the place of the old one. */
export interface Telephone {
  current(): SipServer;
  /** Safe to call again. */
  close(): Promise<void>;
}

/**
 * Starts the telephone side and follows what people change: a device taken back loses its registration, a new realm
 * every one (KZ-02, 3.11). Between two servers connections are refused, for which clients try again.
 */
export async function startTelephone(
  start: () => Promise<SipServer>,
  services: Pick<Services, 'people' | 'accountSettings'>,
  reportFault: (fault: unknown) => void,
): Promise<Telephone> {
  let sip = await start();
  let closed = false;
  let changing = Promise.resolve();
  async function restart(): Promise<void> {
    if (closed) return;
    await sip.close();
    sip = await start();
  }

  services.people.onDeviceRemoved((deviceId) => sip.unregister(deviceId));
  services.accountSettings.onRealmChanged(() => {
    changing = changing.then(restart).catch(reportFault);
  });
  return {
    current: () => sip,
    async close() {
      closed = true;
      await changing;
      await sip.close();
    },
  };
}
