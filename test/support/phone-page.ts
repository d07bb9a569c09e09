import { createBrowserPhone } from '../../renderer/telephony/jssip/browser-phone.ts';
import { Resources } from '../../renderer/telephony/media/resources.ts';
import { browserMediaKit } from '../../renderer/telephony/media/kit.ts';
import type { PhoneCredentials } from '../../preload/contract/models.ts';
import type { Phone, PhoneOptions } from '../../renderer/telephony/phone.ts';

/** What the browser test drives: the real telephone in a bare page, with the microphone made slow or absent on demand. */
export interface PhonePage {
  readonly phone: Phone;
  readonly resources: Resources;
  microphone: 'real' | 'refused' | number;
  start(credentials: PhoneCredentials, options: PhoneOptions): void;
  until(what: string, condition: () => boolean): Promise<void>;
}

function makePage(): PhonePage {
  const resources = new Resources();
  const kit = browserMediaKit();
  const page: PhonePage = {
    microphone: 'real',
    resources,
    phone: createBrowserPhone({
      resources,
      kit: {
        ...kit,
        async getUserMedia(constraints) {
          if (page.microphone === 'refused') throw new DOMException('no', 'NotAllowedError');
          const delayMs = page.microphone;
          if (delayMs !== 'real') await new Promise((resolve) => setTimeout(resolve, delayMs));
          return kit.getUserMedia(constraints);
        },
      },
    }),
    start: (credentials, options) => page.phone.start(credentials, options),
    until: (what, condition) =>
      new Promise((resolve, reject) => {
        const limit = setTimeout(() => {
          stop();
          reject(new Error(`Waited in vain: ${what}: ${JSON.stringify(page.phone.snapshot())}`));
        }, 10_000);
        const check = () => {
          if (!condition()) return;
          clearTimeout(limit);
          stop();
          resolve();
        };
        const poll = setInterval(check, 2);
        const unsubscribe = page.phone.subscribe(check);
        const stop = () => {
          clearInterval(poll);
          unsubscribe();
        };
        check();
      }),
  };
  return page;
}

Object.assign(globalThis, { phonePage: makePage() });
