/** Scopes, the claims behind them, and the one resource server: this server itself. */
import type { Text } from '../http/index.ts';

/** Claims by scope. `openid` holds nothing of a person: ID tokens carry no name, phone or document number. */
export const claimsByScope = {
  openid: [
    'sub',
    'acr',
    'amr',
    'auth_time',
    'proofing_level',
    'authenticator_level',
    // Of the capacity the person acts in, and only when it is not her own.
    'entity',
    'role',
    'mandate',
    'realm',
    'unit',
    'roles',
    // Of an app that comes from an old login, until a day (src/tickets/legacy-ids.ts).
    'legacy_user_id',
  ],
  profile: ['name'],
  phone: ['phone_number'],
  document: ['document_kind', 'document_number'],
} as const;

export const ownScopes = ['openid', 'offline_access', 'profile', 'phone', 'document'] as const;

export interface ScopeText {
  /** Sentence on the sign-in and consent page: what the app learns or may do. */
  zh: string;
  en: string;
}

const ownTexts: Record<string, Text | undefined> = {
  profile: { zh: '您的姓名', en: 'Your name' },
  phone: { zh: '您的手机号码', en: 'Your phone number' },
  document: { zh: '您的证件类型和证件号码', en: 'The kind and number of your identity document' },
  offline_access: {
    zh: '在您离开后继续使用以上信息，最长 30 天',
    en: 'Keep using this while you are away, for 30 days at most',
  },
};

export type DescribeScope = (scope: string) => Text | undefined;

/** Words for a scope; a scope without words of its own is named, never hidden. */
export const describeScope =
  (describe?: DescribeScope): ((scope: string) => Text) =>
  (scope) =>
    ownTexts[scope] ?? describe?.(scope) ?? { zh: `使用服务「${scope}」`, en: `Use the service “${scope}”` };
