import { fail, ok, type Result } from '../../preload/contract/result.ts';
import type { Clock } from '../platform/clock.ts';
import type { ProviderDriver } from '../provider/driver.ts';
import type { RateService } from '../rates/service.ts';

const PAGE_ROWS = 1_000;
/** A million rates; a deck beyond it has no end. */
const MAX_PAGES = 1_000;

/**
 * Reads the whole rate deck, unless the cached one is younger than `freshMs`. The old deck answers until the last page
 * of the new one is in.
 */
export async function readDeck(
  driver: ProviderDriver,
  rates: RateService,
  clock: Clock,
  freshMs: number,
  isStale: () => boolean,
): Promise<Result<null>> {
  const cachedAt = await rates.fetchedAt();
  if (!cachedAt.ok) return cachedAt;
  const now = clock.now();
  if (cachedAt.value !== null && now - cachedAt.value < freshMs && now >= cachedAt.value) return ok(null);
  let cursor: string | null = null;
  for (let pages = 0; pages < MAX_PAGES; pages += 1) {
    const page: Awaited<ReturnType<ProviderDriver['ratesPage']>> = await driver.ratesPage(cursor, PAGE_ROWS);
    if (isStale()) return ok(null);
    if (!page.ok) return page;
    const saved = await rates.savePage(page.value.rows, now);
    if (!saved.ok) return saved;
    if (page.value.next === null) return rates.finish(now);
    cursor = page.value.next;
  }
  return fail({ kind: 'provider_protocol', nextStep: 'wait', detail: 'The rate deck has no end' });
}
