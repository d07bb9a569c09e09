import type { RequestOf } from '../../../preload/contract/channels.ts';
import type { AppError, AppErrorKind } from '../../../preload/contract/result.ts';
import { signInErrorLine } from '../../i18n/errors.ts';
import { t } from '../../i18n/translate.ts';

/** What is typed into the form of a plain SIP account. */
export interface SipAccount {
  readonly wssUrl: string;
  readonly domain: string;
  readonly user: string;
  readonly password: string;
  readonly authorizationUser: string;
  readonly displayName: string;
  readonly keepSecret: boolean;
}

export const EMPTY_SIP_ACCOUNT: SipAccount = {
  wssUrl: '',
  domain: '',
  user: '',
  password: '',
  authorizationUser: '',
  displayName: '',
  keepSecret: true,
};

export type SipField = 'wssUrl' | 'domain' | 'user' | 'password' | 'authorizationUser' | 'displayName';
export type SipProblems = Readonly<Partial<Record<SipField | 'form', string>>>;

const REQUIRED: readonly SipField[] = ['wssUrl', 'domain', 'user', 'password'];

/** What can be seen to be wrong before anything is sent. Empty = nothing. */
export function problemsOf(account: SipAccount): SipProblems {
  const missing = REQUIRED.filter((field) => account[field].trim() === '');
  const problems: Partial<Record<SipField, string>> = {};
  for (const field of missing) problems[field] = t('signIn.required');
  if (!problems.wssUrl && !/^wss?:\/\/[^\s/]+/i.test(account.wssUrl.trim())) problems.wssUrl = t('signIn.badWss');
  return problems;
}

const ADDRESS_ERRORS: ReadonlySet<AppErrorKind> = new Set([
  'host_not_found',
  'offline',
  'timed_out',
  'provider_unavailable',
  'provider_protocol',
]);

/** The field an error belongs beside; 'form' where it is none of them. */
function fieldOf(error: AppError): SipField | 'form' {
  if (ADDRESS_ERRORS.has(error.kind)) return 'wssUrl';
  if (error.kind === 'wrong_password') return 'password';
  const named = error.kind === 'invalid_request' ? error.field : undefined;
  return REQUIRED.find((field) => field === named) ?? 'form';
}

/** The error as a sentence beside its field. */
export function problemFrom(error: AppError): SipProblems {
  return { [fieldOf(error)]: signInErrorLine(error) };
}

/** The request for main, trimmed; a password is never trimmed. */
export function signInRequest(account: SipAccount, realm: string): RequestOf<'session.signInSip'> {
  const authorizationUser = account.authorizationUser.trim();
  return {
    wssUrl: account.wssUrl.trim(),
    domain: account.domain.trim(),
    user: account.user.trim(),
    authorizationUser: authorizationUser === '' ? null : authorizationUser,
    password: account.password,
    realm,
    displayName: account.displayName.trim(),
    keepSecret: account.keepSecret,
  };
}
