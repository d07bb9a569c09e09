import type { AppError, AppErrorKind, NextStep } from '../../preload/contract/result.ts';
import { messages } from './messages-en.ts';
import { t } from './translate.ts';

/** What a button beside an error does. null = a sentence is all there is. */
export type ErrorAction = 'retry' | 'sign_in' | 'use_here' | 'settings' | null;

export interface ErrorWords {
  readonly what: string;
  readonly kept: string;
  readonly next: string;
  readonly action: ErrorAction;
}

/** Every next step and its button; a step that happens elsewhere (a form, the disk) has none. */
const ACTIONS: Readonly<Record<NextStep, ErrorAction>> = {
  retry: 'retry',
  wait: 'retry',
  sign_in: 'sign_in',
  check_input: null,
  check_address: null,
  check_password: null,
  confirm_realm: null,
  free_disk_space: 'settings',
  make_folder_writable: 'settings',
  update_app: null,
  use_other_window: 'use_here',
  ask_owner: null,
  restart_app: 'retry',
  report_bug: 'retry',
};

/** Exhaustive by type: a kind without its three sentences in the catalogue does not compile. */
function words(kind: AppErrorKind) {
  return { what: t(`error.${kind}.what`), kept: t(`error.${kind}.kept`), next: t(`error.${kind}.next`) };
}

/** What happened, what was kept, what to do next: for every way a request can fail. */
export function errorWords(error: AppError): ErrorWords {
  const of = { ...words(error.kind), action: ACTIONS[error.nextStep] };
  return error.kind === 'store' ? { ...of, next: t(`store.fault.${error.fault}`) } : of;
}

/**
 * The line on the sign-in screen. Nothing goes on by itself there, so a server that is not to be reached is a matter of the
 * address or the network.
 */
export function signInErrorLine(error: AppError): string {
  const isUnreachable = error.kind === 'offline' || error.kind === 'provider_unavailable';
  return isUnreachable ? t('error.signIn.unreachable') : errorLine(error);
}

/** The same in one line, for a message beside a field. */
export function errorLine(error: AppError): string {
  return errorKindLine(error.kind);
}

/** The line of a kind as main tells it beside other news; '' for one this version does not know. */
export function errorKindLine(kind: string): string {
  if (!Object.hasOwn(messages, `error.${kind}.what`)) return '';
  const { what, next } = words(kind as AppErrorKind);
  return `${what}. ${next}`;
}
