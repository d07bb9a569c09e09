import type { Policy } from '../../preload/contract/models.ts';

/** Numbers that reach an emergency service in a country, and the one that only tests the way there, if any. */
type EmergencyNumbers = Policy['emergency'];

/** GSM and the EU rely on 112 everywhere; 911 is what visitors from North America dial. */
const EVERYWHERE = ['112', '911'] as const;

/**
 * National numbers beside 112 and 911, by ISO 3166-1 alpha-2. Taken when the provider names none (POL-25). Where a
 * country has one per service, all are listed: too many is safe, one missing is not.
 */
const NATIONAL: Readonly<Record<string, readonly string[]>> = {
  AE: ['997', '998', '999'],
  AR: ['107', '100', '101'],
  AT: ['122', '133', '144', '140', '142'],
  AU: ['000', '106'],
  BD: ['999'],
  BE: ['100', '101'],
  BR: ['190', '192', '193'],
  CH: ['117', '118', '144', '1414'],
  CL: ['131', '132', '133'],
  CN: ['110', '119', '120', '122'],
  CO: ['123'],
  CZ: ['150', '155', '156', '158'],
  DE: ['110'],
  EG: ['122', '123', '180'],
  ES: ['061', '062', '080', '085', '091', '092'],
  FR: ['15', '17', '18', '114', '115', '119', '191', '196'],
  GB: ['999'],
  GR: ['100', '108', '166', '199'],
  HK: ['999'],
  HU: ['104', '105', '107'],
  ID: ['110', '113', '118', '119'],
  IE: ['999'],
  IL: ['100', '101', '102'],
  IN: ['100', '101', '102', '108'],
  IT: ['113', '115', '118', '1530'],
  JP: ['110', '118', '119'],
  KE: ['999'],
  KR: ['119', '118'],
  LK: ['110', '118', '119'],
  MA: ['15', '19', '150', '177'],
  MX: ['060', '065', '066', '068'],
  MY: ['999'],
  NG: ['199'],
  NO: ['110', '113'],
  NZ: ['111'],
  PH: ['117'],
  PK: ['15', '115', '1122'],
  PL: ['997', '998', '999'],
  RU: ['101', '102', '103', '104'],
  SA: ['997', '998', '999'],
  SG: ['995', '999'],
  TH: ['191', '199', '1669'],
  TR: ['110', '155', '156'],
  TW: ['110', '119'],
  UA: ['101', '102', '103', '104'],
  VN: ['113', '114', '115'],
  ZA: ['10111', '10177'],
};

/** Address read-back of the North American numbering plan's providers. */
const TEST_NUMBER: Readonly<Record<string, string>> = { US: '933', CA: '933' };

/** The built-in list of a country; an unknown country has the numbers that work nearly everywhere. */
export function builtInEmergency(countryCode: string): EmergencyNumbers {
  return {
    numbers: [...new Set([...EVERYWHERE, ...(NATIONAL[countryCode] ?? [])])],
    testNumber: TEST_NUMBER[countryCode] ?? null,
  };
}

/**
 * True when what was dialled is one of the numbers, however it was spaced. A prefix, a + or a further digit makes it
 * another number: 9911 is not 911.
 */
export function isEmergency(dialled: string, emergency: EmergencyNumbers): boolean {
  // Whatever stands between digits in pasted text goes; a letter, a +, * or # makes it another number.
  const digits = dialled.replace(/^tel:/i, '').replace(/[^\p{L}\d+*#]/gu, '');
  return emergency.numbers.includes(digits);
}

/** What holds while nothing of the provider's policy is known. */
export function builtInPolicy(countryCode: string, fetchedAt: number): Policy {
  return {
    emergency: builtInEmergency(countryCode),
    testNumbers: [],
    media: 'anchored',
    inboundRated: 'never',
    admissionReserve: null,
    fetchedAt,
  };
}
