import type { Collection, Storage } from '../storage/index.ts';

/** A case 办件 a person started through an app. Holds references only. */
export interface Case {
  /** `case_` + 16 characters; also the number the person is told. */
  id: string;
  item: string;
  /** `<applicant>|<item>`: a person has one open case of an item. */
  openKey: string;
  /** Account id. */
  applicant: string;
  certificate: string;
  /** The app it came through. */
  client: string;
  state: 'accepted';
  createdAt: number;
}

export const openCaseStore = (storage: Storage): Collection<Case> =>
  storage.collection<Case>({ name: 'cases', schemaVersion: 1, unique: ['openKey'], indexes: ['applicant'] });
