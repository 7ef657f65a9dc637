import { type ReactNode, useEffect, useRef } from 'react';
import { Button } from '../../shared/button.tsx';
import { useText } from '../use-text.ts';

/** A page beside the scan page: a way back, a title, one thing to do. */
export const DeskPage = ({
  title,
  onBack,
  children,
}: {
  title: string;
  onBack(): void;
  children: ReactNode;
}) => {
  const say = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <main className="desk-page" data-testid="desk-page">
      <Button look="plain" icon="back" data-testid="desk-back" onClick={onBack}>
        {say('desk.back')}
      </Button>
      <h1 ref={heading} tabIndex={-1}>
        {title}
      </h1>
      {children}
    </main>
  );
};
