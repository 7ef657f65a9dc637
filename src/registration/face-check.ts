/** Comparing a living face with the photograph of the document: done elsewhere, by who is allowed to keep faces. */
import type { Ephemeral } from '../storage/index.ts';

export type FaceAnswer = 'match' | 'no_match' | 'unavailable';

/** Whose face it has to be: what an adapter finds the photograph of the document by. */
export interface FacePerson {
  kind: string;
  number: string;
  name: string;
}

export interface FaceCheck {
  adapter: string;
  /** A sample proves nothing: pages say so, and production refuses it (config.ts). */
  isSample: boolean;
  /**
   * What came out of the check that was done under this session id. `match` only when the living face was compared with
   * the photograph of this person's document: with anybody else's it is `no_match`, though the two faces agree.
   */
  check(sessionId: string, person: FacePerson): Promise<FaceAnswer>;
}

export interface SampleFaceCheck extends FaceCheck {
  isSample: true;
  /** In place of a camera: what the developer clicked. */
  click(sessionId: string, answer: FaceAnswer): Promise<void>;
}

export const isSampleFaceCheck = (face: FaceCheck | undefined): face is SampleFaceCheck =>
  face?.isSample === true;

export const createSampleFaceCheck = (ephemeral: Ephemeral): SampleFaceCheck => {
  const keyOf = (sessionId: string): string => `registration:sample-face:${sessionId}`;
  return {
    adapter: 'sample',
    isSample: true,
    click: (sessionId, answer) => ephemeral.set(keyOf(sessionId), answer, 600),
    async check(sessionId) {
      return ((await ephemeral.take(keyOf(sessionId))) as FaceAnswer | undefined) ?? 'unavailable';
    },
  };
};
