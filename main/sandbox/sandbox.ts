import { existsSync, mkdirSync, renameSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import type { Role } from '../../preload/contract/roles.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/logger.ts';
import type { SipControl } from './api/admin-routes.ts';
import { createApiServer, isLocalHost } from './api/server.ts';
import { createCutOff } from './ledger/cut-off.ts';
import { LedgerUnusable } from './ledger/database.ts';
import type { Ledger, LedgerOptions } from './ledger/ledger.ts';
import { openLedger } from './ledger/ledger.ts';
import { startOver } from './ledger/order/start-over.ts';
import { createServices } from './ledger/services.ts';
import type { AccountState } from './policies/onboarding.ts';
import type { Profile } from './policies/profile.ts';
import type { Books } from './ports.ts';
import type { FillPlan } from './scenarios/fill-plan.ts';
import type { FaultSwitch } from './scenarios/faults.ts';
import { createFaultSwitch } from './scenarios/faults.ts';
import type { SipServer } from './sip/server.ts';
import { startSipServer } from './sip/server.ts';
import type { Telephone } from './telephone.ts';
import { startTelephone } from './telephone.ts';

/** Where SIP sockets are opened on the server of the API. */
export const SIP_PATH = '/sip';

export interface SandboxOptions {
  readonly dataDir: string;
  readonly profile: Profile;
  /** 0 = any free port. */
  readonly port: number;
  /** A file URL ending in a slash. */
  readonly announcementsDir: URL;
  readonly clock: Clock;
  readonly log: Logger;
  /** The history a new account begins with, instead of the small one. */
  readonly fill?: FillPlan;
  /** Where the onboarding of a new account stands; else where its profile says. */
  readonly accountState?: AccountState;
}

export interface Sandbox {
  /** As in `http://127.0.0.1:4567`. */
  readonly address: string;
  readonly adminKey: string;
  ticket(role: Role): string;
  /** Ends calls, streams, sockets and the ledger, in this order. Safe to call again. */
  close(): Promise<void>;
}

/** A ledger nobody can read must not keep the sandbox down for good: it is set aside and a new account is seeded. */
function openOrSetAside(options: LedgerOptions, log: Logger): Ledger {
  try {
    return openLedger(options);
  } catch (fault) {
    if (!(fault instanceof LedgerUnusable)) throw fault;
    log.error('The sandbox ledger cannot be used and was set aside', {}, fault);
    for (const part of ['', '-wal', '-shm']) {
      try {
        renameSync(options.file + part, `${options.file}.unusable${part}`);
      } catch (missing) {
        if ((missing as NodeJS.ErrnoException).code !== 'ENOENT') throw missing;
      }
    }
    return openLedger(options);
  }
}

/** The books as the SIP side sees them while faults are in force. */
function faultyBooks(books: Books, faults: FaultSwitch): Books {
  return {
    ...books,
    deviceByUser(sipUser) {
      const device = books.deviceByUser(sipUser);
      return device && faults.current().sip.rejectPasswords ? { ...device, password: '' } : device;
    },
  };
}

/**
 * Knows the open WebSocket connections of the server, to cut or refuse them on request. Node leaves an upgraded socket
 * to its listeners: one that nobody takes would stay open for good, and a reset of it would end the process.
 */
function controlSockets(server: Server, faults: FaultSwitch): SipControl {
  const sockets = new Set<Duplex>();
  // Before the SIP side's own listener: a destroyed socket is no connection to it.
  server.prependListener('upgrade', (request, socket: Duplex) => {
    socket.on('error', () => socket.destroy());
    const isTaken = server.listenerCount('upgrade') > 1;
    const isSip = (request.url ?? '').split('?')[0] === SIP_PATH && isLocalHost(request.headers.host);
    if (faults.current().sip.refuseConnections || !isTaken || !isSip) {
      socket.destroy();
      return;
    }
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return {
    dropConnections() {
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Ends the calls the policy ends at zero, after the posting that brought the balance there. */
function cutAtZero(ledger: Ledger, telephone: Telephone): void {
  const legsToCut = createCutOff(ledger);
  let scheduled = false;
  ledger.onWrite(() => {
    if (scheduled || legsToCut().length === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      if (!ledger.db.open) return;
      for (const legId of legsToCut()) telephone.current().endDialog(legId, { sipCode: 402, text: 'Balance used up' });
    });
  });
}

/** Starts the embedded provider: ledger, Provider API and SIP on one loopback port. Rejects when it cannot. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { profile, clock, log } = options;
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  const file = path.join(options.dataDir, `sandbox-${profile.id}.sqlite`);
  const isNew = !existsSync(file);
  const ledger = openOrSetAside({ file, profile, clock, ...(options.fill ? { fill: options.fill } : {}) }, log);
  const services = createServices(ledger);
  if (isNew && options.accountState) startOver(ledger, services, options.accountState);
  const faults = createFaultSwitch();
  const reportFault = (fault: unknown): void => log.error('The sandbox API had a fault', {}, fault);
  const api = createApiServer({ ledger, services, faults, clock, reportFault });
  try {
    const address = await api.listen(options.port);
    api.attachSip(controlSockets(api.app.server, faults));
    const startSip = (): Promise<SipServer> =>
      startSipServer({
        listen: { server: api.app.server, path: SIP_PATH },
        books: faultyBooks(services.books, faults),
        faults: () => faults.current().sip,
        announcementsDir: options.announcementsDir,
        clock,
        log: (level, event, fields) => log[level](event, fields),
      });
    const telephone = await startTelephone(startSip, services, reportFault);
    cutAtZero(ledger, telephone);
    const stopAgenda = ledger.agenda.follow();
    let closing: Promise<void> | undefined;
    return {
      address,
      adminKey: api.adminKey,
      ticket: (role) => api.tickets.issue(role),
      close() {
        closing ??= (async () => {
          stopAgenda();
          await telephone.close();
          await api.close();
          ledger.close();
        })();
        return closing;
      },
    };
  } catch (fault) {
    await api.close();
    ledger.close();
    throw fault;
  }
}
