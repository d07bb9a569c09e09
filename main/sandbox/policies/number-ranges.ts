/**
 * Where the sandbox's numbers come from: ranges the numbering authorities keep free for fiction (NANP 555-0100 to
 * 555-0199, Ofcom and ACMA drama numbers, Bundesnetzagentur, ARCEP, PTS), so that no number sold here is anybody's.
 */

/** Area codes of North America: `area|state|city`. Each holds the hundred numbers 555-0100 to 555-0199. */
export const NANP_AREAS: Readonly<Record<'US' | 'CA', string>> = {
  US: `
201|NJ|Jersey City
202|DC|Washington
203|CT|Bridgeport
205|AL|Birmingham
206|WA|Seattle
207|ME|Portland
208|ID|Boise
210|TX|San Antonio
212|NY|New York
213|CA|Los Angeles
214|TX|Dallas
215|PA|Philadelphia
216|OH|Cleveland
301|MD|Silver Spring
302|DE|Wilmington
303|CO|Denver
304|WV|Charleston
305|FL|Miami
307|WY|Cheyenne
310|CA|Santa Monica
312|IL|Chicago
313|MI|Detroit
314|MO|St. Louis
315|NY|Syracuse
316|KS|Wichita
317|IN|Indianapolis
385|UT|Salt Lake City
401|RI|Providence
402|NE|Omaha
404|GA|Atlanta
405|OK|Oklahoma City
406|MT|Billings
408|CA|San Jose
410|MD|Baltimore
412|PA|Pittsburgh
414|WI|Milwaukee
415|CA|San Francisco
480|AZ|Scottsdale
501|AR|Little Rock
502|KY|Louisville
503|OR|Portland
504|LA|New Orleans
505|NM|Albuquerque
510|CA|Oakland
512|TX|Austin
515|IA|Des Moines
601|MS|Jackson
602|AZ|Phoenix
603|NH|Manchester
605|SD|Sioux Falls
612|MN|Minneapolis
614|OH|Columbus
615|TN|Nashville
617|MA|Boston
619|CA|San Diego
628|CA|San Francisco
646|NY|New York
650|CA|Palo Alto
701|ND|Fargo
702|NV|Las Vegas
704|NC|Charlotte
713|TX|Houston
718|NY|Brooklyn
757|VA|Norfolk
801|UT|Salt Lake City
802|VT|Burlington
803|SC|Columbia
808|HI|Honolulu
813|FL|Tampa
857|MA|Boston
907|AK|Anchorage
916|CA|Sacramento`,
  CA: `
204|MB|Winnipeg
236|BC|Vancouver
306|SK|Regina
343|ON|Ottawa
403|AB|Calgary
416|ON|Toronto
418|QC|Quebec
437|ON|Toronto
506|NB|Moncton
514|QC|Montreal
604|BC|Vancouver
613|ON|Ottawa
709|NL|St. John's
780|AB|Edmonton
902|NS|Halifax`,
};

export const NANP_TOLL_FREE: readonly string[] = ['800', '833', '844', '855', '866', '877', '888'];

export type RangeKind = 'local' | 'mobile' | 'toll_free' | 'national';

/** `country|kind|area code|city|calling code and first digits|digits that follow|how many of them`. */
export const OTHER_RANGES = `
GB|local|20|London|44207946|4|400
GB|local|113|Leeds|44113496|4|120
GB|local|117|Bristol|44117496|4|120
GB|local|121|Birmingham|44121496|4|120
GB|local|131|Edinburgh|44131496|4|120
GB|local|161|Manchester|44161496|4|120
GB|mobile|7700||447700900|3|200
GB|toll_free|808||44808157|4|120
IE|local|20|Dublin|3532091|4|200
SE|local|8|Stockholm|46846500|3|100
SE|local|31|Gothenburg|463139006|2|100
SE|local|40|Malmo|464062804|2|100
DE|local|30|Berlin|493023125|3|200
DE|local|69|Frankfurt|496990009|3|200
DE|local|40|Hamburg|494066969|3|200
DE|local|89|Munich|498999998|3|200
FR|local|1|Paris|3319900|4|300
FR|local|2|Rennes|3326191|4|150
FR|local|4|Marseille|3346571|4|150
FR|mobile|6||3363998|4|150
AU|local|2|Sydney|6125550|4|200
AU|local|3|Melbourne|6135550|4|200
AU|local|7|Brisbane|6175550|4|120
AU|mobile|491||614915701|2|60`;
