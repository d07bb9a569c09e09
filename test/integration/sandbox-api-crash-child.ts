// Opens the ledger of argv[2], puts calls in progress, says so and waits to be killed.
import { openBooks } from '../unit/ledger-rig.ts';

const rig = openBooks('voiptime', process.argv[2], Number(process.argv[3]));
rig.call('+12125550123', 61);
const answered = rig.start('+442079460018', { sipCallId: 'answered@crash' });
rig.books.answered(answered);
rig.start('+12125550123', { sipCallId: 'ringing@crash' });
process.send?.({ kind: 'in_call', balance: rig.ledger.journal.balance() });
setInterval(() => undefined, 1_000);
