import { createHash } from 'node:crypto';
import type { User } from '../ledger/people.ts';

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(24rem, calc(100vw - 3rem)); }
h1 { font-size: 1.25rem; margin: 0 0 .25rem; }
p { margin: 0 0 1.25rem; opacity: .8; }
fieldset { border: 0; padding: 0; margin: 0 0 1.25rem; display: grid; gap: .5rem; }
legend { padding: 0; margin-bottom: .5rem; font-weight: 600; }
label { display: flex; gap: .75rem; align-items: center; padding: .75rem 1rem; border: 1px solid GrayText;
  border-radius: .5rem; cursor: pointer; }
label:focus-within { outline: 2px solid Highlight; outline-offset: 2px; }
input:not([type=radio]) { font: inherit; width: 100%; box-sizing: border-box; padding: .6rem .75rem;
  border: 1px solid GrayText; border-radius: .5rem; background: Field; color: FieldText; }
label.field { display: block; padding: 0; border: 0; }
small { display: block; opacity: .75; }
button { font: inherit; font-weight: 600; width: 100%; padding: .75rem; border: 0; border-radius: .5rem;
  background: #0b57d0; color: #fff; cursor: pointer; }
button + button { margin-top: .75rem; background: transparent; color: inherit; border: 1px solid GrayText; }
button:focus-visible, input:focus-visible { outline: 2px solid Highlight; outline-offset: 2px; }
`;

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * The policy of the sign-in pages. `redirectOrigin` must be named: browsers check form-action along the redirect that
 * answers the form.
 */
export function pagePolicy(redirectOrigin: string | null): string {
  const formAction = redirectOrigin === null ? `'none'` : `'self' ${redirectOrigin}`;
  return `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; form-action ${formAction}; base-uri 'none'; frame-ancestors 'none'`;
}

/** A page of the sandbox in its one style; `body` is HTML. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${body}</main></body></html>
`;
}

const ROLE_WORDS: Readonly<Record<User['role'], string>> = {
  owner: 'Owner: sees and pays for everything',
  admin: 'Admin: what the owner granted',
  user: 'User: calls, own usage and numbers',
};

/** The page where a person chooses who to be. `parameters` come back unchanged with the form. */
export function authorizePage(
  accountName: string,
  users: readonly User[],
  parameters: Readonly<Record<string, string>>,
): string {
  const hidden = Object.entries(parameters)
    .map(([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`)
    .join('');
  const choices = users
    .map(
      (user, index) =>
        `<label><input type="radio" name="user_id" value="${escapeHtml(user.id)}"${
          index === 0 ? ' checked' : ''
        }><span>${escapeHtml(user.name)}<small>${escapeHtml(ROLE_WORDS[user.role])}</small></span></label>`,
    )
    .join('');
  return page(
    'Sign in to the sandbox',
    `<h1>${escapeHtml(accountName)}</h1><p>Sandbox: no real calls, no real money.</p>
<form method="post" action="/oauth/authorize">${hidden}<fieldset><legend>Sign in as</legend>${choices}</fieldset>
<button type="submit">Sign in</button></form>`,
  );
}

/** Shown instead of a redirect when it is not certain that the redirect would reach the app that asked. */
export function refusedPage(reason: string, heading = 'This sign-in cannot go on'): string {
  return page(heading, `<h1>${escapeHtml(heading)}</h1><p>${escapeHtml(reason)}</p>`);
}
