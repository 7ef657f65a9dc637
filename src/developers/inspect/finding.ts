/** One thing the inspector says about what was pasted. */
import type { Text } from '../../http/index.ts';

export interface Finding {
  /** `fact`: neither right nor wrong. */
  state: 'good' | 'bad' | 'check' | 'fact';
  /** The parameter or claim it is about. */
  about: string;
  says: Text;
  /** A code of /developers/errors. */
  code?: string;
}

export interface Report {
  /** What it is. */
  title: Text;
  findings: Finding[];
}

const make =
  (state: Finding['state']) =>
  (about: string, zh: string, en: string, code?: string): Finding => ({
    state,
    about,
    says: { zh, en },
    ...(code === undefined ? {} : { code }),
  });

export const good = make('good');
export const bad = make('bad');
export const check = make('check');
export const fact = make('fact');
