import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openLedger, type Ledger } from '../../../main/sandbox/ledger/ledger.ts';
import type { NewUsage } from '../../../main/sandbox/ledger/journal.ts';
import { findProfile } from '../../../main/sandbox/policies/profiles.ts';
import { toMicros } from '../../../preload/contract/money.ts';
import { figure, type Bench } from '../bench.ts';

const ROUNDS = 20;
const POSTINGS_A_ROUND = 1_000;

const CALL: NewUsage = {
  kind: 'call',
  direction: 'outbound',
  priceState: 'priced',
  amount: toMicros(-13_000),
  description: 'Call to United States',
  from: '+14155550100',
  to: '+12125550142',
  durationSec: 60,
  billedSec: 60,
  ratePerMinute: toMicros(13_000),
  userId: 'usr_dana',
  sipCallId: 'bench@fernhill.example',
  leg: 'a',
};

/** Postings a second, a round at a time, so many in a transaction. */
function measure(ledger: Ledger, inOne: number, post: (at: number) => void): number[] {
  return Array.from({ length: ROUNDS }, () => {
    const startedAt = performance.now();
    for (let done = 0; done < POSTINGS_A_ROUND; done += inOne) {
      ledger.write(() => {
        for (let index = 0; index < inOne; index += 1) post(ledger.clock.now());
      });
    }
    return (POSTINGS_A_ROUND / (performance.now() - startedAt)) * 1000;
  });
}

/** The two inserts a posting comes down to, proving nothing. */
function rawInserts({ db }: Ledger): (at: number) => void {
  const usage = db.prepare(`
    INSERT INTO usage (seq, id, time, kind, direction, price_state, amount, description, from_party, to_party,
      duration_sec, billed_sec, rate_per_minute, user_id, sip_call_id, leg)
    VALUES (@seq, @id, @time, @kind, @direction, @priceState, @amount, @description, @from, @to,
      @durationSec, @billedSec, @ratePerMinute, @userId, @sipCallId, @leg)`);
  const posting = db.prepare('INSERT INTO postings (usage_id, amount, balance_after, at) VALUES (?, ?, ?, ?)');
  let seq = db.prepare<[], number>('SELECT max(seq) FROM usage').pluck().get() ?? 0;
  return (at) => {
    seq += 1;
    const id = `use_${String(seq).padStart(10, '0')}`;
    usage.run({ ...CALL, seq, id, time: at });
    posting.run(id, CALL.amount, 0, at);
  };
}

/** What the books take a second, F-13 proven at each posting, beside the bare inserts of the same rows. */
export const postings: Bench = {
  name: 'postings',
  about: 'ledger postings/s in transactions of 1 and of 100, beside raw inserts of the same rows',
  async run() {
    const folder = await mkdtemp(path.join(tmpdir(), 'offhook-bench-books-'));
    const profile = findProfile('voiptime');
    if (!profile) throw new Error('No such profile');
    let now = Date.now();
    const clock = { now: () => (now += 1), after: () => () => undefined };
    const open = (name: string): Ledger => openLedger({ file: path.join(folder, name), profile, clock });
    const [books, bare] = [open('books.sqlite'), open('bare.sqlite')];
    try {
      const raw = rawInserts(bare);
      const post = (at: number): void => void books.journal.post(CALL, at);
      const figures = [1, 100].map((inOne) => {
        const baseline = { name: 'raw inserts', samples: measure(bare, inOne, raw) };
        return figure(`postings, ${inOne} a transaction`, 'postings/s', measure(books, inOne, post), { baseline });
      });
      if (!books.journal.check().holds) throw new Error('The books do not add up');
      return figures;
    } finally {
      books.close();
      bare.close();
      await rm(folder, { recursive: true, force: true });
    }
  },
};
