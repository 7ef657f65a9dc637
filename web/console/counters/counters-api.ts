/** The lead's and the officers' part of the API (docs/counters.md §4). */
import { get, post } from '../api.ts';
import type { LocalText } from '../types.ts';

export interface Counter {
  id: string;
  name: string;
  unit: string;
  items: string[];
  state: 'waiting' | 'active' | 'stopped' | 'revoked';
  until: number;
}

export interface Flag {
  id: string;
  kind: 'certificate_ended' | 'too_many_holders' | 'wrong_pins';
  counter: string;
  at: number;
  state: 'open' | 'closed';
  details: { identifier?: string; before_scan?: boolean; copy_ended?: boolean };
}

export interface Poster {
  id: string;
  counter: string;
  item: string;
  state: 'active' | 'ended';
  print_url: string;
}

export interface Item {
  code: string;
  name: LocalText;
  handled: 'online' | 'counter' | 'both';
  state: string;
}

export interface MadeCode {
  code: string;
  code_until: number;
}

const admin = '/admin/api';

export const countersApi = {
  list: () => get<{ counters: Counter[] }>(`${admin}/counters`),
  items: () => get<{ items: Item[] }>('/items'),
  add: (body: { name: string; unit: string; items: string[] }) => post<MadeCode>(`${admin}/counters`, body),
  code: (id: string) => post<MadeCode>(`${admin}/counters/${id}/code`),
  revoke: (id: string, reason: string) => post<Counter>(`${admin}/counters/${id}/revoke`, { reason }),
  resume: (id: string) => post<Counter>(`${admin}/counters/${id}/resume`),
  flags: () => get<{ flags: Flag[] }>(`${admin}/counter-flags`),
  close: (id: string, outcome: string) => post<Flag>(`${admin}/counter-flags/${id}/close`, { outcome }),
  posters: () => get<{ posters: Poster[] }>(`${admin}/posters`),
  makePoster: (counter: string, item: string) => post<Poster>(`${admin}/posters`, { counter, item }),
  endPoster: (id: string) => post<Poster>(`${admin}/posters/${id}/end`),
  hasPin: () => get<{ set: boolean }>(`${admin}/counter-pin`),
  setPin: (pin: string) => post<{ set: boolean }>(`${admin}/counter-pin`, { pin }),
};
