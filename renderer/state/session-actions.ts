import type { RequestOf } from '../../preload/contract/channels.ts';
import type { Settings } from '../../preload/contract/models.ts';
import type { ActionParts } from './action-parts.ts';

/** Signing in and out, settings, and what is asked of the account. Forms get the Result and show their own errors. */
export function createSessionActions({ client, store, phone }: ActionParts) {
  return {
    signInProvider: (address: string) => client.invoke('session.signInProvider', { address }),
    signInAgain: () => client.invoke('session.signInAgain', null),
    cancelSignIn: () => client.invoke('session.cancelSignIn', null),
    probeSip: (account: RequestOf<'session.probeSip'>) => client.invoke('session.probeSip', account),
    signInSip: (account: RequestOf<'session.signInSip'>) => client.invoke('session.signInSip', account),
    signInSandbox: () => client.invoke('session.signInSandbox', null),
    signOut: (eraseHistory: boolean) => client.invoke('session.signOut', { eraseHistory }),

    openPage: async (page: RequestOf<'app.openExternal'>['page']) => {
      const answer = await client.invoke('app.openExternal', { page });
      if (!answer.ok) store.setState({ fault: answer.error });
    },

    /** Shown at once; if it cannot be kept, the kept value comes back with the reason. */
    changeSettings: async (change: Partial<Settings>) => {
      const before = store.getState().settings;
      store.setState({ settings: { ...before, ...change } });
      const answer = await client.invoke('settings.set', change);
      store.setState(answer.ok ? { settings: answer.value } : { settings: before, fault: answer.error });
    },

    refreshAccount: async () => {
      const answer = await client.invoke('account.refresh', null);
      if (!answer.ok) store.setState({ fault: answer.error });
    },

    takePhoneHere: () => phone.takeOver(),
    retryPhone: () => phone.retry(),
  };
}
