/** An `<audio>` element, as far as it is used. */
export interface AudioSink {
  srcObject: MediaProvider | null;
  autoplay: boolean;
  muted: boolean;
  play(): Promise<void>;
  pause(): void;
  setSinkId?(sinkId: string): Promise<void>;
}

/** A track of silence and the way to close what makes it. */
export interface Silence {
  readonly track: MediaStreamTrack;
  close(): void;
}

/** What the browser gives a call; tests bring their own. */
export interface MediaKit {
  getUserMedia(constraints: MediaStreamConstraints): Promise<MediaStream>;
  makeAudioSink(): AudioSink;
  makeSilence(): Silence;
  streamOf(track: MediaStreamTrack): MediaStream;
  /** Returns the way to stop. */
  onDeviceChange(listener: () => void): () => void;
}

/** The browser's own. `setSinkId` is missing from some DOM libraries and some browsers; then the default device plays. */
export function browserMediaKit(): MediaKit {
  return {
    getUserMedia: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
    makeAudioSink: () => new Audio(),
    makeSilence,
    streamOf: (track) => new MediaStream([track]),
    onDeviceChange(listener) {
      const devices = navigator.mediaDevices as MediaDevices | undefined;
      devices?.addEventListener('devicechange', listener);
      return () => devices?.removeEventListener('devicechange', listener);
    },
  };
}

function makeSilence(): Silence {
  const context = new AudioContext();
  const destination = context.createMediaStreamDestination();
  const [track] = destination.stream.getAudioTracks();
  if (!track) throw new Error('A stream destination without a track');
  return {
    track,
    close() {
      track.stop();
      if (context.state !== 'closed') context.close().catch(() => undefined);
    },
  };
}
