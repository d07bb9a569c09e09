import { IntlMessageFormat } from 'intl-messageformat';
import { messages } from './messages-en.ts';

export type MessageKey = keyof typeof messages;

/** The names a message asks for: every `{name}` and `{name, plural, …}`; a plural's branches start with # or a digit. */
type Names<Text extends string> = Text extends `${string}{${infer Rest}`
  ? Rest extends `${infer Name}}${infer Tail}`
    ? (Name extends `${infer Head},${string}` ? Identifier<Head> : Identifier<Name>) | Names<Tail> | Names<Name>
    : never
  : never;
type Identifier<Text extends string> = Text extends '' | `${string} ${string}` | `#${string}` ? never : Text;

/** What a message must be given: nothing, or each of its names. */
export type MessageValues<Key extends MessageKey> = [Names<(typeof messages)[Key]>] extends [never]
  ? []
  : [values: Readonly<Record<Names<(typeof messages)[Key]>, string | number>>];

export const LOCALE = 'en';

const compiled = new Map<MessageKey, IntlMessageFormat>();

/** The sentence for `key` with its values put in. Each message is compiled once, at its first use. */
export function t<Key extends MessageKey>(key: Key, ...[values]: MessageValues<Key>): string {
  let format = compiled.get(key);
  if (!format) {
    format = new IntlMessageFormat(messages[key], LOCALE);
    compiled.set(key, format);
  }
  return String(format.format(values));
}
