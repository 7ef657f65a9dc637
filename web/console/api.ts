/** The departments' API, with this office's token. */
import { ProblemError, request } from '../shared/request.ts';
import { accessToken, expire, renew } from './session.ts';
import type {
  CertificateDetail,
  CertificateLine,
  Decision,
  Delivery,
  Intake,
  Objection,
  Offer,
  Office,
  OpenedField,
  Reasons,
  Review,
  ReviewSummary,
  TypeName,
  Unit,
} from './types.ts';

interface Call {
  json?: unknown;
  idempotencyKey?: string;
}

/** A token that ended early is renewed once; when the login says no, the session has ended. */
const call = async <T>(method: 'GET' | 'POST', path: string, options: Call = {}): Promise<T> => {
  const ask = () => request<T>(path, { method, token: accessToken() ?? '', timeoutSeconds: 20, ...options });
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ProblemError) || error.status !== 401) throw error;
    if (await renew()) return await ask();
    expire();
    throw error;
  }
};

export const get = <T>(path: string) => call<T>('GET', path);
export const post = <T>(path: string, json: unknown = {}, idempotencyKey?: string) =>
  call<T>('POST', path, { json, ...(idempotencyKey ? { idempotencyKey } : {}) });

const admin = '/admin/api';
const reviews = '/developers/api/reviews';

export type CertificateQuestion =
  | { number: string }
  | { document: { kind: string; number: string }; purpose: string };

export interface CertificatePage {
  certificates: CertificateLine[];
  next?: string;
}

export const api = {
  me: () => get<{ capacity: Office }>(`${admin}/me`),
  units: () => get<{ units: Unit[] }>(`${admin}/organisation`),
  types: () => get<{ types: TypeName[] }>('/certificate-types'),
  reasons: () => get<{ reasons: Reasons }>(`${admin}/reasons`),

  decisions: () => get<{ decisions: Decision[] }>(`${admin}/decisions`),
  approve: (id: string) => post<Decision>(`${admin}/decisions/${id}/approve`),
  sendBack: (id: string, reason: string) => post<Decision>(`${admin}/decisions/${id}/decline`, { reason }),
  objections: () => get<{ objections: Objection[] }>(`${admin}/objections`),
  objection: (id: string) => get<Objection>(`${admin}/objections/${id}`),
  answerObjection: (
    id: string,
    body: { outcome: 'correct' | 'settle' | 'refuse'; reason?: string; text?: string },
  ) => post<unknown>(`${admin}/objections/${id}/answer`, body),
  registers: () => get<{ registers: { id: string; types: string[] }[] }>(`${admin}/registers`),
  intake: (id: string) => get<Intake>(`${admin}/registers/${id}/intake`),
  reviews: () => get<{ waiting: ReviewSummary[] }>(reviews),
  review: (id: string) => get<Review>(`${reviews}/${id}`),
  decideReview: (id: string, body: { review: string; decision: 'approve' | 'send_back'; reason?: string }) =>
    post<Review>(`${reviews}/${id}/decision`, body),

  certificates: (filter: { type?: string; state?: string; after?: string }) => {
    const query = new URLSearchParams(Object.entries(filter).filter(([, value]) => value));
    return get<CertificatePage>(`${admin}/certificates?${query}`);
  },
  findCertificates: (question: CertificateQuestion) =>
    post<CertificatePage>(`${admin}/certificates/find`, question),
  certificate: (id: string) => get<CertificateDetail>(`${admin}/certificates/${id}`),
  deliveries: (id: string) => get<{ deliveries: Delivery[] }>(`${admin}/certificates/${id}/deliveries`),
  open: (id: string, purpose: string) =>
    post<{ fields: OpenedField[] }>(`${admin}/certificates/${id}/open`, { purpose }),
  propose: (id: string, verb: string, reason: string, key: string) =>
    post<Decision>(`${admin}/certificates/${id}/${verb.replaceAll('_', '-')}`, { reason }, key),
  cardLost: (id: string) => post<unknown>(`${admin}/certificates/${id}/card-lost`),
  offer: (body: { document: { kind: string; number: string }; type: string }) =>
    post<Offer>(`${admin}/offers`, body),
};
