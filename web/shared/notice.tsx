import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

const icons = {
  info: 'info',
  check: 'check',
  bad: 'not_valid',
  good: 'valid',
  offline: 'offline',
} as const satisfies Record<string, IconName>;

interface Props {
  kind: keyof typeof icons;
  title?: string;
  children?: ReactNode;
  testId?: string;
}

/** A sentence about a state, and what to do. Read out politely when it appears. */
export const Notice = ({ kind, title, children, testId }: Props) => (
  <div className={`notice notice-${kind}`} role={kind === 'bad' ? 'alert' : 'status'} data-testid={testId}>
    <Icon name={icons[kind]} />
    <div className="notice-body">
      {title && <strong>{title}</strong>}
      {children}
    </div>
  </div>
);
