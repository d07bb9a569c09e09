import os from 'node:os';
import { ok } from '../preload/contract/result.ts';
import { parseApiSignIn, parseSipSignIn, type KeptApiSignIn, type KeptSipSignIn } from './account/kept-sign-in.ts';
import type { ApiSignIn, SipSignIn, TypedSipAccount } from './account/ports.ts';
import type { Clock } from './platform/clock.ts';
import { digestHa1 } from './platform/digest.ts';
import { discover, type OffhookProvider } from './provider/drivers/offhook/discovery.ts';
import { createOffhookDriver } from './provider/drivers/offhook/driver.ts';
import { finishSignIn, signInWithTicket, startSignIn } from './provider/drivers/offhook/pkce.ts';
import type { Tokens } from './provider/drivers/offhook/tokens.ts';
import { createPortalDriver } from './provider/drivers/portal/driver.ts';
import { parseSipAddress } from './provider/drivers/portal/sip-address.ts';
import { probeRealm, verifySipAccount } from './provider/drivers/portal/sip-sign-in.ts';

const secretOf = (provider: OffhookProvider, tokens: Tokens): string =>
  JSON.stringify({ provider, tokens } satisfies KeptApiSignIn);

/** The open API's ways in, through the offhook driver. */
export function createApiSignIn(clock: Clock, fetchOver: typeof fetch = fetch): ApiSignIn {
  const http = { fetch: fetchOver, now: () => clock.now() };
  return {
    async start(address, redirectUri) {
      const provider = await discover(address, http);
      if (!provider.ok) return provider;
      const pending = startSignIn(provider.value, redirectUri);
      return ok({
        authorizationUrl: pending.authorizationUrl,
        state: pending.state,
        finish: async (returned) => {
          const tokens = await finishSignIn(provider.value, pending, returned, http);
          return tokens.ok ? ok(secretOf(provider.value, tokens.value)) : tokens;
        },
      });
    },
    async withTicket(address, ticket) {
      const provider = await discover(address, http);
      if (!provider.ok) return provider;
      const tokens = await signInWithTicket(provider.value, ticket, http);
      return tokens.ok ? ok(secretOf(provider.value, tokens.value)) : tokens;
    },
    connect(secret, save) {
      const kept = parseApiSignIn(secret);
      if (!kept.ok) return kept;
      const { provider, tokens } = kept.value;
      return ok(
        createOffhookDriver({
          provider,
          tokens,
          saveTokens: (renewed) => save(secretOf(provider, renewed)),
          clock,
          deviceName: `Offhook on ${os.hostname()}`.slice(0, 256),
          fetch: fetchOver,
        }),
      );
    },
  };
}

/** Country and zone of the machine, for an account whose provider tells neither. */
function machineRegion(): { readonly countryCode: string; readonly timeZone: string } {
  const { locale, timeZone } = new Intl.DateTimeFormat().resolvedOptions();
  const region = new Intl.Locale(locale).maximize().region ?? 'US';
  return { countryCode: /^[A-Z]{2}$/.test(region) ? region : 'US', timeZone };
}

/** Plain SIP accounts, through the portal driver. The password stays in what `verify` hands out to be kept. */
export function createSipSignIn(clock: Clock): SipSignIn {
  const proofOf = (typed: Pick<TypedSipAccount, 'password' | 'realm'>, authorizationUser: string) => ({
    authorizationUser,
    realm: typed.realm,
    ha1: digestHa1(authorizationUser, typed.realm, typed.password),
  });
  return {
    async probe(typed) {
      const address = parseSipAddress(typed);
      return address.ok ? probeRealm(address.value, clock) : address;
    },
    async verify(typed) {
      const address = parseSipAddress(typed);
      if (!address.ok) return address;
      const authorizationUser = typed.authorizationUser?.trim() || address.value.user;
      const verified = await verifySipAccount(address.value, proofOf(typed, authorizationUser), clock);
      if (!verified.ok) return verified;
      const { password, realm } = typed;
      return ok(
        JSON.stringify({
          ...address.value,
          authorizationUser,
          password,
          realm,
          displayName: typed.displayName.trim().slice(0, 256),
        } satisfies KeptSipSignIn),
      );
    },
    connect(secret) {
      const kept = parseSipSignIn(secret);
      if (!kept.ok) return kept;
      const { wssUrl, domain, user, authorizationUser, displayName } = kept.value;
      const proof = proofOf(kept.value, authorizationUser);
      return ok(createPortalDriver({ address: { wssUrl, domain, user }, proof, displayName, ...machineRegion() }));
    },
  };
}
