import type { ButtonHTMLAttributes, ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

interface Props extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'main' | 'plain';
  icon?: IconName;
  wide?: boolean;
  children: ReactNode;
}

export const Button = ({ look, icon, wide, children, className, ...rest }: Props) => (
  <button
    type="button"
    className={['button', look && `button-${look}`, wide && 'button-wide', className]
      .filter(Boolean)
      .join(' ')}
    {...rest}
  >
    {icon && <Icon name={icon} />}
    {children}
  </button>
);

/** An icon alone: its word is for screen readers and for the pointer that rests on it. */
export const IconButton = ({
  icon,
  label,
  ...rest
}: Omit<Props, 'children'> & { icon: IconName; label: string }) => (
  <button
    type="button"
    className="button button-plain button-icon"
    aria-label={label}
    title={label}
    {...rest}
  >
    <Icon name={icon} />
  </button>
);
