import { TEST_INSTRUMENTS } from '../ledger/commerce/instruments.ts';
import { escapeHtml, page } from './authorize-page.ts';

const MARK = 'Sandbox: no real card, no real money.';

function instruments(kinds: readonly string[], legend: string): string {
  const choices = TEST_INSTRUMENTS.filter((each) => kinds.includes(each.kind)).map(
    (each, index) =>
      `<label><input type="radio" name="instrument" value="${each.name}"${index === 0 ? ' checked' : ''}><span>${escapeHtml(
        `${each.brand} ending ${each.last4}`,
      )}<small>${escapeHtml(each.label)}</small></span></label>`,
  );
  return `<fieldset><legend>${escapeHtml(legend)}</legend>${choices.join('')}</fieldset>`;
}

const CONTACT_FIELDS: readonly (readonly [name: string, label: string, autocomplete: string])[] = [
  ['name', 'Name', 'name'],
  ['email', 'E-mail', 'email'],
  ['street', 'Street and number', 'street-address'],
  ['city', 'City', 'address-level2'],
  ['region', 'State or region', 'address-level1'],
  ['postal_code', 'Postal code', 'postal-code'],
  ['country', 'Country, two letters', 'country'],
];

function contactFields(contact: Readonly<Record<string, unknown>>): string {
  const fields = CONTACT_FIELDS.map(([name, label, autocomplete]) => {
    const value = contact[name];
    return `<label class="field">${label}<input name="${name}" required maxlength="200" autocomplete="${autocomplete}" value="${escapeHtml(
      typeof value === 'string' ? value : '',
    )}"></label>`;
  });
  return `<fieldset><legend>Billing contact</legend>${fields.join('')}</fieldset>`;
}

const complaintLine = (complaint: string | null): string =>
  complaint === null ? '' : `<p role="alert"><strong>${escapeHtml(complaint)}</strong></p>`;

const buttons = (label: string): string =>
  `<button type="submit">${escapeHtml(label)}</button><button type="submit" name="cancel" value="1" formnovalidate>Cancel</button>`;

interface ContactForm {
  readonly bankDebit: boolean;
  readonly contact: Readonly<Record<string, unknown>>;
  readonly complaint: string | null;
}

/** Stores a way to pay, with the billing contact it needs (KZ-04). */
export function contactPage({ bankDebit, contact, complaint }: ContactForm): string {
  return page(
    'Add a payment method',
    `<h1>Add a payment method</h1><p>${MARK}</p>${complaintLine(complaint)}<form method="post">${instruments(
      bankDebit ? ['card', 'bank_debit'] : ['card'],
      'Test card',
    )}${contactFields(contact)}${buttons('Save')}</form>`,
  );
}

interface PayForm {
  readonly lines: readonly { readonly description: string; readonly amount: string }[];
  readonly total: string;
  readonly complaint: string | null;
}

/** Pays a quote with a card that is not kept. */
export function payPage({ lines, total, complaint }: PayForm): string {
  const rows = lines.map((line) => `${escapeHtml(line.description)}: ${escapeHtml(line.amount)}<br>`).join('');
  return page(
    'Pay by card',
    `<h1>Pay ${escapeHtml(total)}</h1><p>${rows}${MARK}</p>${complaintLine(complaint)}<form method="post">${instruments(
      ['card'],
      'Test card',
    )}${buttons(`Pay ${total}`)}</form>`,
  );
}

/** The bank's page of 3-D Secure. */
export function confirmPage(amount: string, last4: string): string {
  return page(
    'Confirm with your bank',
    `<h1>Confirm ${escapeHtml(amount)}</h1><p>Card ending ${escapeHtml(last4)}. ${MARK}</p><form method="post">
<button type="submit" name="decision" value="confirm">Confirm</button><button type="submit" name="decision" value="refuse">Refuse</button></form>`,
  );
}

/** The end, where no page of the app waits. */
export function donePage(words: string): string {
  return page('Done', `<h1>${escapeHtml(words)}</h1><p>You can close this page. ${MARK}</p>`);
}
