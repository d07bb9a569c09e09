import { readFile } from 'node:fs/promises';

/** 20 ms of 8 kHz mu-law. */
export const FRAME_BYTES = 160;
/** Mu-law for a sample of zero. */
const SILENCE = 0xff;

/** The announcements of assets/announcements (texts.json says what each speaks). */
export const ANNOUNCEMENTS = ['sandbox', 'emergency', 'no-credit', 'call-back', 'welcome-back'] as const;
export type AnnouncementName = (typeof ANNOUNCEMENTS)[number];

/** Frames of FRAME_BYTES each, by name; one whose file is missing is a second of silence. */
export type Announcements = Readonly<Record<AnnouncementName, readonly Buffer[]>>;

/** Cuts mu-law audio into frames; the last one is filled up with silence. */
export function toFrames(audio: Buffer): Buffer[] {
  const frames: Buffer[] = [];
  for (let at = 0; at < audio.length; at += FRAME_BYTES) {
    const frame = Buffer.alloc(FRAME_BYTES, SILENCE);
    audio.copy(frame, 0, at, at + FRAME_BYTES);
    frames.push(frame);
  }
  return frames;
}

/**
 * Reads every announcement of a directory (a file URL ending in a slash). A missing file is reported and replaced by a
 * second of silence: a call to the sandbox must not fail for want of a voice.
 */
export async function loadAnnouncements(
  directory: URL,
  onMissing: (name: AnnouncementName) => void,
): Promise<Announcements> {
  const rows = await Promise.all(
    ANNOUNCEMENTS.map(async (name) => {
      try {
        return [name, toFrames(await readFile(new URL(`${name}.ulaw`, directory)))] as const;
      } catch {
        onMissing(name);
        return [name, toFrames(Buffer.alloc(50 * FRAME_BYTES, SILENCE))] as const;
      }
    }),
  );
  return Object.fromEntries(rows) as Record<AnnouncementName, Buffer[]>;
}
