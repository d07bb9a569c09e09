/** A room of the house: which files it holds and what they may import (design: dependency rule). */
export interface Room {
  readonly name: string;
  readonly files: RegExp;
  /** Other rooms it may import. Its own files it always may, unless `closed`. */
  readonly rooms: readonly string[];
  /** Packages by name, or with a path where only that entry is meant ("zod/mini"). `node` stands for node: modules. */
  readonly packages: readonly string[];
  /** True where a file may import only files of its own folder, not those of a sister folder in the same room. */
  readonly closed?: true;
}

const FEATURES = 'account|money|numbers|usage|rates|calls|contacts|devices|alerts|settings|export';
const REACT = ['react', 'react-dom'];

/** The import table as data. The first room whose pattern matches a file is its room. */
export const ROOMS: readonly Room[] = [
  { name: 'contract', files: /^preload\/contract\//, rooms: [], packages: ['zod/mini'] },
  { name: 'bridge', files: /^preload\//, rooms: ['contract'], packages: ['electron'] },

  { name: 'platform', files: /^main\/platform\//, rooms: ['contract'], packages: ['node'] },
  { name: 'host port', files: /^main\/hosts\/[^/]+$/, rooms: ['contract', 'platform'], packages: ['node'] },
  {
    name: 'electron host',
    files: /^main\/hosts\/electron\//,
    rooms: ['host port', 'router', 'contract', 'platform'],
    packages: ['node', 'electron', 'electron-updater'],
  },
  {
    name: 'browser host',
    files: /^main\/hosts\/browser\//,
    rooms: ['host port', 'router', 'contract', 'platform'],
    packages: ['node', 'ws', 'fastify'],
  },
  { name: 'store', files: /^main\/store\//, rooms: ['platform', 'contract'], packages: ['node', 'better-sqlite3'] },
  {
    name: 'provider api',
    files: /^main\/provider\/api\//,
    rooms: ['contract', 'provider port'],
    packages: ['node', 'zod', 'zod-openapi'],
  },
  {
    name: 'conformance kit',
    files: /^main\/provider\/conformance\//,
    rooms: ['provider api', 'provider port', 'contract'],
    packages: ['node', 'zod', 'eventsource-parser'],
  },
  {
    name: 'offhook driver',
    files: /^main\/provider\/drivers\/offhook\//,
    rooms: ['drivers', 'provider api', 'provider port', 'platform', 'contract'],
    packages: ['node', 'zod', 'eventsource-parser'],
  },
  {
    name: 'drivers',
    files: /^main\/provider\/drivers\//,
    rooms: ['provider port', 'platform', 'contract'],
    packages: ['node', 'zod', 'ws'],
  },
  { name: 'provider port', files: /^main\/provider\//, rooms: ['contract'], packages: [] },
  {
    name: 'sync',
    files: /^main\/sync\//,
    rooms: ['provider port', 'store', 'platform', 'contract', 'feature service'],
    packages: ['node'],
  },
  {
    name: 'feature service',
    files: new RegExp(`^main/(?:${FEATURES})/service\\.ts$`),
    rooms: ['contract', 'provider port', 'store', 'platform', 'feature service', 'feature'],
    packages: ['node', 'zod', 'libphonenumber-js'],
    closed: true,
  },
  {
    name: 'feature handlers',
    files: new RegExp(`^main/(?:${FEATURES})/handlers\\.ts$`),
    rooms: ['contract', 'provider port', 'store', 'platform', 'feature service', 'feature'],
    packages: ['node'],
    closed: true,
  },
  {
    name: 'feature',
    files: new RegExp(`^main/(?:${FEATURES})/`),
    rooms: ['contract', 'provider port', 'store', 'platform', 'feature service'],
    packages: ['node', 'zod', 'libphonenumber-js'],
    closed: true,
  },
  { name: 'router', files: /^main\/router\.ts$/, rooms: ['contract', 'feature handlers', 'platform'], packages: [] },
  {
    name: 'sandbox',
    files: /^main\/sandbox\//,
    rooms: ['provider api', 'contract', 'platform'],
    packages: ['node', 'better-sqlite3', 'fastify', 'werift', 'ws', 'zod', 'zod-openapi', 'libphonenumber-js'],
  },
  { name: 'start', files: /^main\/start\.mjs$/, rooms: ['toolchain'], packages: ['node', 'electron'] },
  {
    name: 'composition',
    files: /^main\/[^/]+\.ts$/,
    rooms: [
      'router',
      'host port',
      'electron host',
      'browser host',
      'store',
      'provider api',
      'offhook driver',
      'drivers',
      'provider port',
      'sync',
      'feature service',
      'feature handlers',
      'feature',
      'sandbox',
      'platform',
      'contract',
    ],
    packages: ['node'],
  },

  {
    name: 'ui',
    files: /^renderer\/ui\//,
    rooms: ['i18n', 'phone numbers', 'contract'],
    packages: [...REACT, 'react-aria-components', 'lucide-react'],
  },
  {
    name: 'phone numbers',
    files: /^renderer\/i18n\/phone-numbers\.ts$/,
    rooms: ['i18n', 'contract'],
    packages: ['libphonenumber-js'],
  },
  {
    name: 'i18n',
    files: /^renderer\/i18n\//,
    rooms: ['contract', 'phone numbers', 'call reasons'],
    packages: ['react', 'intl-messageformat'],
  },
  { name: 'phone port', files: /^renderer\/telephony\/phone\.ts$/, rooms: ['contract'], packages: [] },
  {
    name: 'call reasons',
    files: /^renderer\/telephony\/(?:reasons|reason-ids|reason-tables|outcome)\.ts$/,
    rooms: ['phone port', 'contract'],
    packages: [],
  },
  {
    name: 'jssip adapter',
    files: /^renderer\/telephony\/jssip\//,
    rooms: ['telephony', 'call reasons', 'phone port', 'contract'],
    packages: ['jssip'],
  },
  {
    name: 'telephony',
    files: /^renderer\/telephony\//,
    rooms: ['phone port', 'call reasons', 'jssip adapter', 'contract'],
    packages: [],
  },
  { name: 'api client', files: /^renderer\/api\//, rooms: ['contract'], packages: [] },
  {
    name: 'state',
    files: /^renderer\/state\//,
    rooms: ['phone port', 'call reasons', 'phone numbers', 'api client', 'contract'],
    packages: ['react', 'zustand'],
  },
  {
    name: 'screens',
    files: /^renderer\/features\//,
    rooms: ['ui', 'state', 'i18n', 'phone numbers', 'contract'],
    packages: [...REACT, 'react-aria-components', 'lucide-react', 'libphonenumber-js'],
  },
  {
    name: 'window',
    files: /^renderer\/[^/]+$/,
    rooms: [
      'ui',
      'i18n',
      'phone numbers',
      'phone port',
      'call reasons',
      'telephony',
      'jssip adapter',
      'api client',
      'state',
      'screens',
      'contract',
    ],
    packages: [...REACT, 'react-aria-components', 'libphonenumber-js'],
  },
  { name: 'toolchain', files: /^[^/]+$/, rooms: [], packages: ['node', 'esbuild', 'vitest'] },
];

/** The room of a file; undefined for a file that stands in none (test, or a folder nobody planned). */
export function roomOf(file: string): Room | undefined {
  return ROOMS.find((room) => room.files.test(file));
}
