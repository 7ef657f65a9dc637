import { randomBytes } from 'node:crypto';

/** `<prefix>_` + 22 base64url characters: 128 random bits. */
export const opaqueId = (prefix: string): string => `${prefix}_${randomBytes(16).toString('base64url')}`;
