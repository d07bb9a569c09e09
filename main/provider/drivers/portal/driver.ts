import type { Account, PhoneCredentials } from '../../../../preload/contract/models.ts';
import { fail, ok, type Result } from '../../../../preload/contract/result.ts';
import type { Capabilities, ProviderDriver } from '../../driver.ts';
import type { SipAddress } from './sip-address.ts';
import type { SipProof } from './sip-sign-in.ts';

/** A plain SIP account, verified. There is no API behind it. */
interface PortalAccount {
  readonly address: SipAddress;
  readonly proof: SipProof;
  readonly displayName: string;
  readonly countryCode: string;
  readonly timeZone: string;
}

/** RFC 3261 leaves the lifetime to both sides; ten minutes survives a lost refresh and costs nothing. */
const REGISTER_EXPIRES_SEC = 600;

const NOTHING: Capabilities = {
  balance: { kind: 'none' },
  usage: { kind: 'none' },
  rates: { kind: 'none' },
  numbers: { kind: 'none' },
  events: false,
};

const notOffered = (): Promise<Result<never>> =>
  Promise.resolve(fail({ kind: 'unsupported_here', nextStep: 'wait', detail: 'A plain SIP account has no such data' }));

/** The identity of a plain SIP account: its address of record. */
function portalAccount(config: PortalAccount): Account {
  const aor = `${config.address.user}@${config.address.domain}`;
  const name = config.displayName || config.address.user;
  return {
    id: aor,
    name,
    driver: 'portal',
    isSandbox: false,
    providerName: config.address.domain,
    timeZone: config.timeZone,
    countryCode: config.countryCode,
    currency: null,
    ownerContact: null,
    // Whoever has the password of the account is its owner; there is nobody else to ask.
    user: { id: aor, name, role: 'owner', grants: [] },
    capabilities: { balance: 'none', usage: 'none', rates: 'none', numbers: 'none' },
  };
}

/** The driver of an account that is SIP credentials and nothing else. It talks to nobody: the window registers. */
export function createPortalDriver(config: PortalAccount): ProviderDriver {
  const credentials = (instanceId: string): PhoneCredentials => ({
    wssUrl: config.address.wssUrl,
    domain: config.address.domain,
    user: config.address.user,
    authorizationUser: config.proof.authorizationUser,
    realm: config.proof.realm,
    ha1: config.proof.ha1,
    instanceId,
    displayName: config.displayName || config.address.user,
    registerExpiresSec: REGISTER_EXPIRES_SEC,
    iceServers: [],
    media: 'anchored',
  });
  return {
    id: 'portal',
    capabilities: NOTHING,
    account: () => Promise.resolve(ok(portalAccount(config))),
    policy: notOffered,
    balance: notOffered,
    usagePage: notOffered,
    ratesPage: notOffered,
    numbers: notOffered,
    provisionDevice: (instanceId) => Promise.resolve(ok(credentials(instanceId))),
    events: () => ({ close: () => undefined }),
    signOut: () => Promise.resolve(),
    origins: () => [new URL(config.address.wssUrl).origin],
  };
}
