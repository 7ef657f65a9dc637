/**
 * What proves a person who has forgotten her password. A way is two independent things, or the one that is two by
 * itself; a text message is never enough, and beside a code made on the same phone it is still one thing. The table of
 * docs/recovery.md is this one.
 */
export const proofs = ['sms', 'recovery_code', 'totp', 'passkey', 'face'] as const;
export type Proof = (typeof proofs)[number];

export interface Way {
  proofs: readonly Proof[];
  /** How long the new password waits, so that its owner can stop it: where both proofs can be got by deceiving others. */
  waitSeconds: number;
}

const day = 86_400;

/** The strongest first. */
export const ways = {
  passkey: { proofs: ['passkey'], waitSeconds: 0 },
  sms_and_recovery_code: { proofs: ['sms', 'recovery_code'], waitSeconds: 0 },
  totp_and_recovery_code: { proofs: ['totp', 'recovery_code'], waitSeconds: 0 },
  face_and_recovery_code: { proofs: ['face', 'recovery_code'], waitSeconds: 0 },
  sms_and_face: { proofs: ['sms', 'face'], waitSeconds: day },
} as const satisfies Record<string, Way>;

export type WayName = keyof typeof ways;

const table = Object.entries(ways) as [WayName, Way][];

/** The strongest way that these proofs complete. */
export const wayOf = (given: readonly Proof[]): WayName | undefined =>
  table.find(([, way]) => way.proofs.every((proof) => given.includes(proof)))?.[0];

/** What would complete a way. */
export const missingAfter = (given: readonly Proof[]): Proof[] =>
  proofs.filter((proof) => !given.includes(proof) && wayOf([...given, proof]) !== undefined);
