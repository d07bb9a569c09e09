import path from 'node:path';
import type { Check, Offence } from './check.ts';
import { ROOMS, roomOf, type Room } from './rooms.ts';
import { packageOf, parse, readSources, referencesOf, resolveFile, type Reference, type Source } from './sources.ts';

const isAsset = (file: string): boolean => /\.(?:css|svg|woff2|json|html|wav)$/.test(file);

function judgePackage(room: Room, specifier: string): string | undefined {
  const allowed = specifier.startsWith('node:')
    ? room.packages.includes('node')
    : room.packages.some((each) => each === specifier || (each !== 'zod/mini' && each === packageOf(specifier)));
  return allowed ? undefined : `${room.name} may not import the package ${specifier}`;
}

function judgeFile(room: Room, from: string, target: string): string | undefined {
  if (target.startsWith('test/')) return `nothing may import test: ${target}`;
  if (isAsset(target)) return undefined;
  const targetRoom = roomOf(target);
  if (!targetRoom) return `${target} stands in no room of the import table`;
  const sameFolder = path.posix.dirname(from) === path.posix.dirname(target);
  if (room.closed && sameFolder) return undefined;
  if (room.closed && targetRoom.name === 'feature')
    return `${room.name} may import another feature's service.ts only, not ${target}`;
  if (targetRoom === room && !room.closed) return undefined;
  return room.rooms.includes(targetRoom.name)
    ? undefined
    : `${room.name} may not import ${targetRoom.name} (${target})`;
}

function judge(room: Room, source: Source, reference: Reference): string | undefined {
  if (reference.form === 'reexport_all') return `re-exports everything of ${reference.specifier}: no barrels`;
  // A worker named by its built file is no import: out/ is made by the bundler's own list of entries.
  if (reference.form === 'url' && reference.specifier.endsWith('js')) return undefined;
  const target = resolveFile(source.file, reference.specifier);
  return target === undefined ? judgePackage(room, reference.specifier) : judgeFile(room, source.file, target);
}

/** A barrel only hands on what others export. */
function isBarrel(source: Source): boolean {
  const { body } = parse(source);
  return body.length > 0 && body.every((node) => node.type.startsWith('Export') && (node['source'] ?? null) !== null);
}

/** Every breach of the import table among the given files; files below test/ are free to import anything. */
export function findImportOffences(sources: readonly Source[]): readonly Offence[] {
  return sources.flatMap((source): Offence[] => {
    if (source.file.startsWith('test/')) return [];
    const room = roomOf(source.file);
    if (!room) return [{ file: source.file, line: null, says: 'stands in no room of the import table' }];
    const barrel = isBarrel(source) ? [{ file: source.file, line: null, says: 'only re-exports: no barrels' }] : [];
    const breaches = referencesOf(source).flatMap((reference): Offence[] => {
      const says = judge(room, source, reference);
      return says === undefined ? [] : [{ file: source.file, line: reference.line, says }];
    });
    return [...barrel, ...breaches];
  });
}

/** Names rooms of the table that point at rooms which do not exist: a typing error there would silently forbid. */
export function findUnknownRooms(rooms: readonly Room[] = ROOMS): readonly string[] {
  const names = new Set(rooms.map((room) => room.name));
  return rooms.flatMap((room) => room.rooms).filter((name) => !names.has(name));
}

export const importTable: Check = {
  name: 'import table',
  async run(root) {
    return findImportOffences(await readSources(root));
  },
};
