/** First three digits of a ZIP code: from, to, state. */
export const ZIP_STATES: readonly (readonly [from: number, to: number, state: string])[] = [
  [5, 5, 'NY'],
  [6, 9, 'PR'],
  [10, 27, 'MA'],
  [28, 29, 'RI'],
  [30, 38, 'NH'],
  [39, 49, 'ME'],
  [50, 59, 'VT'],
  [60, 69, 'CT'],
  [70, 89, 'NJ'],
  [100, 149, 'NY'],
  [150, 196, 'PA'],
  [197, 199, 'DE'],
  [200, 205, 'DC'],
  [206, 219, 'MD'],
  [220, 246, 'VA'],
  [247, 268, 'WV'],
  [270, 289, 'NC'],
  [290, 299, 'SC'],
  [300, 319, 'GA'],
  [320, 349, 'FL'],
  [350, 369, 'AL'],
  [370, 385, 'TN'],
  [386, 397, 'MS'],
  [398, 399, 'GA'],
  [400, 427, 'KY'],
  [430, 459, 'OH'],
  [460, 479, 'IN'],
  [480, 499, 'MI'],
  [500, 528, 'IA'],
  [530, 549, 'WI'],
  [550, 567, 'MN'],
  [570, 577, 'SD'],
  [580, 588, 'ND'],
  [590, 599, 'MT'],
  [600, 629, 'IL'],
  [630, 658, 'MO'],
  [660, 679, 'KS'],
  [680, 693, 'NE'],
  [700, 714, 'LA'],
  [716, 729, 'AR'],
  [730, 749, 'OK'],
  [750, 799, 'TX'],
  [800, 816, 'CO'],
  [820, 831, 'WY'],
  [832, 838, 'ID'],
  [840, 847, 'UT'],
  [850, 865, 'AZ'],
  [870, 884, 'NM'],
  [885, 885, 'TX'],
  [889, 898, 'NV'],
  [900, 961, 'CA'],
  [967, 968, 'HI'],
  [970, 979, 'OR'],
  [980, 994, 'WA'],
  [995, 999, 'AK'],
];

/** First letter of a Canadian postal code. */
export const CANADIAN_PROVINCES: Readonly<Record<string, readonly string[]>> = {
  A: ['NL'],
  B: ['NS'],
  C: ['PE'],
  E: ['NB'],
  G: ['QC'],
  H: ['QC'],
  J: ['QC'],
  K: ['ON'],
  L: ['ON'],
  M: ['ON'],
  N: ['ON'],
  P: ['ON'],
  R: ['MB'],
  S: ['SK'],
  T: ['AB'],
  V: ['BC'],
  X: ['NT', 'NU'],
  Y: ['YT'],
};

/** A delivery area this directory knows by name. */
export interface PostalPlace {
  readonly country: string;
  readonly code: string;
  readonly city: string;
  readonly region: string;
  /** Streets it knows there: one letter wrong is corrected to them. Others are taken as they are. */
  readonly streets: readonly string[];
}

export const KNOWN_PLACES: readonly PostalPlace[] = [
  { country: 'US', code: '94103', city: 'San Francisco', region: 'CA', streets: ['Market', 'Mission', 'Folsom'] },
  { country: 'US', code: '94110', city: 'San Francisco', region: 'CA', streets: ['Valencia', 'Orchard', 'Harrison'] },
  { country: 'US', code: '94607', city: 'Oakland', region: 'CA', streets: ['Broadway', 'Adeline'] },
  { country: 'US', code: '10001', city: 'New York', region: 'NY', streets: ['Broadway', 'Seventh'] },
  { country: 'US', code: '60601', city: 'Chicago', region: 'IL', streets: ['Wabash', 'Michigan'] },
  { country: 'US', code: '98101', city: 'Seattle', region: 'WA', streets: ['Pike', 'Union'] },
  { country: 'US', code: '02110', city: 'Boston', region: 'MA', streets: ['Congress', 'Federal'] },
  { country: 'US', code: '78701', city: 'Austin', region: 'TX', streets: ['Congress', 'Guadalupe'] },
  { country: 'US', code: '80202', city: 'Denver', region: 'CO', streets: ['Larimer', 'Blake'] },
  { country: 'US', code: '96813', city: 'Honolulu', region: 'HI', streets: ['Bishop', 'Fort'] },
  { country: 'US', code: '99501', city: 'Anchorage', region: 'AK', streets: ['Fourth', 'Ingra'] },
  { country: 'CA', code: 'M5V 2T6', city: 'Toronto', region: 'ON', streets: ['Spadina', 'Adelaide'] },
  { country: 'CA', code: 'V6B 1A1', city: 'Vancouver', region: 'BC', streets: ['Hastings', 'Homer'] },
];

/** Buildings in which an address without a unit finds nobody. */
export const SHARED_BUILDINGS: readonly { readonly code: string; readonly house: string; readonly street: string }[] = [
  { code: '94103', house: '1200', street: 'Market' },
  { code: '10001', house: '350', street: 'Seventh' },
];

/** What a postal code looks like where this directory knows no more than that. */
export const CODE_FORMATS: Readonly<Record<string, RegExp>> = {
  GB: /^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$/i,
  IE: /^[A-Z]\d[\dW] ?[A-Z\d]{4}$/i,
  SE: /^\d{3} ?\d{2}$/,
  AU: /^\d{4}$/,
  DE: /^\d{5}$/,
  FR: /^\d{5}$/,
};

/** No emergency centre takes an address in a street of this name: how a registration that fails can be seen. */
export const REFUSED_STREET = 'Nowhere';
