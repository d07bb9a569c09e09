// argv: name of the operation, its file, what was prepared, the place to die at. Dies there by SIGKILL, or says how many places there are.
import type Database from 'better-sqlite3';
import { openBooks } from '../../unit/ledger-rig.ts';
import { MONEY_OPERATIONS } from './operations.ts';

const [name, file = '', prepared = '', place] = process.argv.slice(2);
const operation = MONEY_OPERATIONS.find((each) => each.name === name);
if (!operation) throw new Error(`No operation ${name}`);

const rig = openBooks(operation.profile, file);
let places = 0;
const here = (): void => {
  if ((places += 1) === Number(place)) process.kill(process.pid, 'SIGKILL');
};

// A process that dies within a transaction has done nothing of it: all that can differ is before and after each commit.
const statement = Object.getPrototypeOf(rig.ledger.db.prepare('SELECT 1')) as Database.Statement;
type Run = (this: Database.Statement, ...values: unknown[]) => Database.RunResult;
const original: Run = Reflect.get(statement, 'run');
statement.run = function (this: Database.Statement, ...values: unknown[]) {
  const commits =
    this.source.startsWith('COMMIT') ||
    (!this.database.inTransaction && !/^(BEGIN|SAVEPOINT|ROLLBACK)/.test(this.source));
  if (commits) here();
  const result = original.apply(this, values);
  if (commits) here();
  return result;
};

operation.run(rig, prepared);
process.stdout.write(String(places));
process.exit(0);
